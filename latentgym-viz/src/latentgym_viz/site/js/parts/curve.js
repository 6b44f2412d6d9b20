// A very small learning curve: mean reward, task by task.

import { s } from "../dom.js";
import { number } from "../text.js";

/** A curve of values from 0 to 1 in a colour. */
export function curve(values, colour, { width = 280, height = 84 } = {}) {
  const low = Math.min(0, ...values);
  const high = Math.max(1, ...values);
  const x = (i) => (values.length > 1 ? 6 + (i / (values.length - 1)) * (width - 12) : 6);
  const y = (value) => 14 + (1 - (value - low) / (high - low)) * (height - 18);
  const spoken = `Mean reward by task: ${values.map((value) => number(value)).join(", ")}`;
  return s(
    "svg",
    { class: "curve", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": spoken },
    [0, 1].map((value) => s("line", { class: "zero", x1: 0, x2: width, y1: y(value), y2: y(value) })),
    s("polyline", {
      points: values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(" "),
      fill: "none",
      stroke: colour,
      "stroke-width": 2,
      "stroke-linejoin": "round",
    }),
    values.map((value, i) => s("circle", { cx: x(i), cy: y(value), r: 2.2, fill: colour })),
    ends(values).map((i) =>
      s("text", { x: x(i), y: y(values[i]) - 6, "text-anchor": i ? "end" : "start" }, number(values[i])),
    ),
  );
}

function ends(values) {
  return values.length > 1 ? [0, values.length - 1] : values.map((_, i) => i);
}
