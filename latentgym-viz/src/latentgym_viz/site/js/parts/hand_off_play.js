// One pair of agents in a hand-off: N cells in the colours of who plays them, and the tail that counts.

import { h } from "../dom.js";
import { meanCurve } from "../model/choice.js";
import { toSequence } from "../route.js";
import { interval, number } from "../text.js";
import { agentMark } from "./marks.js";

/** A row of cells; `run` is the name of the run that the cell is from. */
export function handOffPlay(index, run, cell) {
  const rows = rowsOf(index, run, cell);
  const [first] = rows;
  const start = { task: cell.boundary, turn: 0 };
  return h(
    "div",
    { class: "hand-off" },
    h(
      "p",
      { class: "who" },
      agentMark(index, cell.explorer),
      " → ",
      agentMark(index, cell.exploiter),
      cell.handed === "notes" ? h("span", { class: "badge" }, "notes") : null,
    ),
    h("ol", { class: "assigned", "aria-label": "Mean reward of each task" }, assigned(index, cell, rows)),
    h(
      "p",
      { class: "tail-sum" },
      `tail ${number(cell.tail.value)}`,
      h("span", { class: "small soft" }, `${interval(cell.tail)} n=${cell.num_sequences}`),
      first ? h("a", { class: "small", href: toSequence(first.key, start) }, "Watch one") : null,
    ),
  );
}

function assigned(index, cell, rows) {
  return meanCurve(rows).map((reward, task) => {
    const isEarly = task < cell.boundary;
    const colour = index.colour(isEarly ? cell.explorer : cell.exploiter);
    return h(
      "li",
      { class: isEarly ? "early" : "late", style: { "--agent": colour } },
      h("span", { class: "index" }, task + 1),
      number(reward),
    );
  });
}

/** Whose own play goes on is no hand-off: it is recorded under one name. */
function rowsOf(index, run, cell) {
  const handed = cell.handed === "notes" ? "+notes" : "";
  const isOwn = cell.explorer === cell.exploiter && !handed;
  const name = isOwn ? cell.explorer : `${cell.explorer}→${cell.exploiter}@ep${cell.boundary}${handed}`;
  return index.rows.filter((row) => row.run === run && row.agent === name && !row.end.startsWith("error"));
}
