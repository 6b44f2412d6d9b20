// Overview: the charts of reports, with tables of scores, coverage and errors.

import { h, put } from "../dom.js";
import { groupBy } from "../model/choice.js";
import { chart } from "../parts/chart.js";
import { coverage } from "../parts/coverage.js";
import { empty, waiting } from "../parts/empty.js";
import { scoreTable } from "../parts/score_table.js";
import { load, run } from "../source.js";

const AHEAD = { rootMargin: "800px" };

/** The page of charts and tables. */
export function overviewPage(app) {
  const [grown, charts, scores, counts] = Array.from({ length: 4 }, () => h("div", {}));
  charts.className = "charts";
  const element = h("div", { class: "page" }, h("h1", {}, "Overview"), grown, charts, scores, counts);
  const near = new IntersectionObserver(drawNear, AHEAD);
  let drawn = [];

  function read() {
    put(grown);
    put(counts, coverage(app.index));
    put(charts, waiting("Drawing the charts …"));
    Promise.all([load("data/charts.json"), load("data/tables.json"), run("vega.js")]).then(show, (error) =>
      put(charts, empty("The charts cannot be drawn", error.message)),
    );
  }
  function show([found, tables]) {
    drawn = Object.entries(found.charts).map(([key, spec]) => chart(key, spec, found.themes));
    put(charts, sections(drawn), found.problem ? h("p", { class: "notice" }, found.problem) : null);
    put(scores, scoreTable(app.index, tables));
    drawn.forEach((each) => near.observe(each.element));
  }
  function drawNear(seen) {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      drawn.find((each) => each.element === target)?.draw();
    }
  }
  const redraw = () => drawn.filter((each) => each.view).forEach((each) => each.draw());
  const media = matchMedia("(prefers-color-scheme: dark)");
  document.addEventListener("theme", redraw);
  media.addEventListener("change", redraw);
  read();
  return {
    title: "Overview",
    element,
    keys: {},
    refresh() {
      put(counts, coverage(app.index));
      put(grown, h("button", { type: "button", on: { click: read } }, "The runs have grown: draw again"));
    },
    leave() {
      document.removeEventListener("theme", redraw);
      media.removeEventListener("change", redraw);
      near.disconnect();
      drawn.forEach((each) => each.view?.finalize());
    },
  };
}

function sections(drawn) {
  return [...groupBy(drawn, (each) => each.section)].map(([title, charts]) => {
    const figures = charts.map((each) => each.element);
    return h("section", {}, title ? h("h2", {}, title) : null, figures);
  });
}
