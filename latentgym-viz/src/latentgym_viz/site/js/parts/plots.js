// Small plots of one sequence or two, task by task, with one cursor through all of them.

import { h, put, s } from "../dom.js";
import { number } from "../text.js";

const WIDTH = 340;
const LEFT = 30;
const RIGHT = 8;
const HEIGHT = 66;
const TOUCH = 1e-9;

/**
 * A column of plots. A panel is {title, unit, domain, series: [{name, colour, kind, points}]}; a point is [x, y], x in
 * tasks from 0: task i spans i to i + 1.
 */
export function plots({ panels, numTasks, onPick }) {
  const x = (task) => LEFT + (task / numTasks) * (WIDTH - LEFT - RIGHT);
  const drawn = panels.map((panel) => draw(panel, numTasks, x, onPick));
  return {
    element: h(
      "div",
      { class: "plots" },
      drawn.map((each) => each.element),
    ),
    /** Move the cursor to a place in tasks; `end` hides what lies behind it. */
    show(place, task, hides) {
      drawn.forEach((each) => each.show(place, task, hides));
    },
  };
}

function draw(panel, numTasks, x, onPick) {
  const [low, high] = panel.domain ?? extent(panel.series);
  const y = (value) => 6 + (1 - (value - low) / (high - low || 1)) * (HEIGHT - 14);
  const cursor = s("line", { class: "cursor", y1: 2, y2: HEIGHT - 4 });
  const veil = s("rect", { class: "veil", y: 0, height: HEIGHT });
  const value = h("span", { class: "values" });
  const zero =
    low < 0 && high > 0
      ? s("line", { class: "zero", x1: LEFT, x2: WIDTH - RIGHT, y1: y(0), y2: y(0) })
      : null;
  const picture = s(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": spoken(panel), on: { click: pick } },
    bands(numTasks, x),
    s("text", { x: LEFT - 5, y: y(high) + 4, "text-anchor": "end" }, short(high)),
    s("text", { x: LEFT - 5, y: y(low) + 3, "text-anchor": "end" }, short(low)),
    zero,
    panel.series.map((series, i) =>
      mark(series, i, panel.series.length, x, y, y(Math.max(low, Math.min(0, high)))),
    ),
    veil,
    cursor,
  );
  function pick(event) {
    const box = picture.getBoundingClientRect();
    const task = Math.floor(
      ((((event.clientX - box.left) / box.width) * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT)) * numTasks,
    );
    if (task >= 0 && task < numTasks) onPick(task);
  }
  return {
    element: h("figure", { class: "plot" }, h("figcaption", {}, h("span", {}, panel.title), value), picture),
    show(place, task, hides) {
      cursor.setAttribute("x1", x(place));
      cursor.setAttribute("x2", x(place));
      const known = x(panel.series.every((each) => each.kind === "line") ? place : Math.floor(place + TOUCH));
      veil.setAttribute("x", known);
      veil.setAttribute("width", hides ? Math.max(0, WIDTH - RIGHT - known) : 0);
      put(
        value,
        panel.series.map((series) => reading(series, place, task, hides)),
      );
    },
  };
}

function bands(numTasks, x) {
  return Array.from({ length: numTasks }, (_, task) =>
    s("rect", {
      class: task % 2 ? "band odd" : "band",
      x: x(task),
      width: x(task + 1) - x(task),
      y: 2,
      height: HEIGHT - 6,
    }),
  );
}

function mark(series, i, count, x, y, floor) {
  if (series.kind === "bars") {
    const width = ((x(1) - x(0)) * 0.7) / count;
    return series.points.map(([task, value]) =>
      s("rect", {
        fill: series.colour,
        x: x(task + 0.15) + i * width,
        width: Math.max(1, width - 1),
        y: Math.min(y(value), floor),
        height: Math.max(1, Math.abs(floor - y(value))),
        rx: 1.5,
      }),
    );
  }
  const line = series.points.map(([place, value]) => `${x(place).toFixed(1)},${y(value).toFixed(1)}`);
  const dots = series.points.length > 40 ? [] : series.points;
  return [
    s("polyline", {
      points: line.join(" "),
      fill: "none",
      stroke: series.colour,
      "stroke-width": 1.8,
      "stroke-dasharray": series.dash,
    }),
    dots.map(([place, value]) => s("circle", { cx: x(place), cy: y(value), r: 2.4, fill: series.colour })),
  ];
}

/** The value of a series at the cursor: of a line the last one up to it, of all else that of the task. */
function reading(series, place, task, hides) {
  const isOver = !hides || place >= task + 1 - TOUCH;
  const point =
    series.kind === "line"
      ? series.points.filter(([x]) => x <= place + TOUCH).at(-1)
      : series.points.find(([x]) => Math.floor(x) === task && isOver);
  const name = series.name ? h("span", { class: "soft" }, `${series.name} `) : null;
  return h(
    "span",
    { class: "value", style: { "--agent": series.colour } },
    name,
    point ? number(point[1], series.decimals ?? 2) : "–",
  );
}

function extent(series) {
  const values = series.flatMap((each) => each.points.map(([, value]) => value));
  return [Math.min(0, ...values), Math.max(0, ...values)];
}

function spoken(panel) {
  return panel.series
    .map(
      (each) =>
        `${panel.title} ${each.name ?? ""}: ${each.points.map(([, value]) => number(value)).join(", ")}`,
    )
    .join("; ");
}

function short(value) {
  return Number.isInteger(value)
    ? number(value, 0)
    : number(value, Math.abs(value) < 1 ? 2 : Math.abs(value) < 10 ? 1 : 0);
}
