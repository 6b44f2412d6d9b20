// What was played, what of it failed, and what was looked into.

import { data, h } from "../dom.js";
import { groupBy, isHandOff } from "../model/choice.js";
import { address } from "../route.js";
import { counted, percent, whole } from "../text.js";
import { agentMark } from "./marks.js";
import { numberCell, wideTable } from "./wide_table.js";

const TITLES = [
  "Agent",
  "Run",
  "Environments",
  "Sequences",
  "Failed",
  "Cut off",
  "Invalid replies",
  "Analysed",
];

/** Coverage and errors, agent by agent. */
export function coverage(index) {
  const own = index.rows.filter((row) => !isHandOff(row.agent));
  const groups = groupBy(own, (row) => `${row.run}\n${row.agent}`);
  const rows = [...groups.values()].map((found) => tableRow(index, found));
  const planned = index.runs.filter((run) => run.planned !== null).map((run) => progress(index, run));
  return h(
    "section",
    {},
    h("h2", {}, "Coverage and errors"),
    planned.length ? h("p", { class: "intro" }, planned.join("; ")) : null,
    wideTable("Coverage and errors", TITLES, rows, 2),
  );
}

function progress(index, run) {
  const played = index.rows.filter((row) => row.run === run.name).length;
  return `${run.name}: ${whole(played)} of ${counted(run.planned, "sequence")}`;
}

function tableRow(index, rows) {
  const [{ agent, run }] = rows;
  const failed = rows.filter((row) => row.end.startsWith("error"));
  const cut = rows.filter((row) => row.end && !row.end.startsWith("error"));
  const replies = rows.flatMap((row) => row.turns).reduce((sum, turns) => sum + turns, 0);
  const invalid = rows.reduce((sum, row) => sum + row.invalid, 0);
  const reasons = [...new Set(failed.map((row) => row.end))].join(", ");
  return h(
    "tr",
    {},
    h("td", {}, h("a", { href: address("", [], [["agent", agent]]) }, agentMark(index, agent))),
    h("td", {}, data(run)),
    numberCell(whole(new Set(rows.map((row) => row.env)).size)),
    numberCell(whole(rows.length)),
    numberCell(whole(failed.length), reasons),
    numberCell(whole(cut.length)),
    numberCell(replies ? percent(invalid / replies, 1) : "–"),
    numberCell(whole(rows.filter((row) => row.analysed).length)),
  );
}
