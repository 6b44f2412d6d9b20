// An efficiency over K with its interval; the K that is shown is marked.

import { s } from "../dom.js";
import { signed } from "../text.js";

const WIDTH = 340;
const HEIGHT = 96;
const LEFT = 44;
const FLOOR = 18;

/** A curve of efficiencies, one for each K. */
export function efficiencyCurve(efficiencies, shown, colour) {
  const known = efficiencies
    .filter((each) => each.estimate.value !== null)
    .sort((a, b) => a.boundary - b.boundary);
  if (known.length < 2) return null;
  const values = known.flatMap(({ estimate }) => [
    estimate.value,
    estimate.low ?? estimate.value,
    estimate.high ?? estimate.value,
  ]);
  const low = Math.min(0, ...values);
  const high = Math.max(0.01, ...values);
  const first = known[0].boundary;
  const last = known.at(-1).boundary;
  const x = (k) => LEFT + 6 + ((k - first) / (last - first)) * (WIDTH - LEFT - 14);
  const y = (value) => 8 + (1 - (value - low) / (high - low)) * (HEIGHT - FLOOR - 14);
  const band = [...known.map((each) => [each, "high"]), ...[...known].reverse().map((each) => [each, "low"])];
  const corners = band.map(
    ([each, side]) => `${x(each.boundary)},${y(each.estimate[side] ?? each.estimate.value)}`,
  );
  const line = known.map((each) => `${x(each.boundary)},${y(each.estimate.value)}`);
  const label = (value) =>
    s("text", { x: LEFT - 4, y: y(value) + 4, "text-anchor": "end" }, `${signed(value * 100, 0)} %`);
  return s(
    "svg",
    {
      class: "efficiency-curve",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-label": spoken(known),
    },
    s("line", { class: "cursor", x1: x(shown), x2: x(shown), y1: 4, y2: HEIGHT - FLOOR }),
    s("line", { class: "zero", x1: LEFT, x2: WIDTH, y1: y(0), y2: y(0) }),
    s("polygon", { points: corners.join(" "), fill: colour, opacity: 0.18 }),
    s("polyline", { points: line.join(" "), fill: "none", stroke: colour, "stroke-width": 2 }),
    known.map((each) =>
      s("circle", {
        cx: x(each.boundary),
        cy: y(each.estimate.value),
        r: each.boundary === shown ? 4.5 : 2.5,
        fill: colour,
      }),
    ),
    label(low),
    high > low ? label(high) : null,
    known.map((each) =>
      s("text", { x: x(each.boundary), y: HEIGHT - 4, "text-anchor": "middle" }, each.boundary),
    ),
  );
}

function spoken(known) {
  return known.map((each) => `K ${each.boundary}: ${signed(each.estimate.value * 100, 1)} %`).join(", ");
}
