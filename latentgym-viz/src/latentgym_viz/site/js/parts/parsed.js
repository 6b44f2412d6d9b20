// What the game understood of a reply, and what inference says of it, beside the raw text.

import { data, h } from "../dom.js";
import { number, plain, whole, words } from "../text.js";

const JUDGED = { 1: "follows the history", 0: "ignores the history", 0.5: "history and prior agree" };

/** The parsed action of a turn. */
export function parsedAction(turn) {
  const facts = Object.entries(turn.facts ?? {}).filter(
    ([name, value]) => name !== "valid" && value !== null,
  );
  const judged = judgement(turn.analysis);
  const cost = usage(turn.usage);
  if (!facts.length && !judged.length && !cost) return null;
  return h(
    "dl",
    { class: "parsed", "aria-label": "Understood as" },
    facts.map(([name, value]) => pair(words(name), plain(value))),
    judged.map(([name, value]) => pair(name, value, "judged")),
    cost ? pair("cost", cost, "cost") : null,
  );
}

function pair(name, value, kind = "") {
  return h("div", { class: kind }, h("dt", {}, data(name)), h("dd", {}, data(value)));
}

function judgement(analysis) {
  if (!analysis) return [];
  const found = [];
  if (JUDGED[analysis.use]) found.push(["history", JUDGED[analysis.use]]);
  if (Number.isFinite(analysis.use) && analysis.stake) found.push(["at stake", number(analysis.stake, 3)]);
  if (Number.isFinite(analysis.regret_bayes)) found.push(["regret", number(analysis.regret_bayes, 3)]);
  return found;
}

function usage(used) {
  if (!used) return "";
  const parts = [
    used.input_tokens === undefined ? "" : `${whole(used.input_tokens)} in`,
    used.output_tokens === undefined ? "" : `${whole(used.output_tokens)} out`,
    used.latency_seconds === undefined ? "" : `${number(used.latency_seconds, 1)} s`,
    (used.attempts ?? 1) > 1 ? `${used.attempts} attempts` : "",
  ];
  return parts.filter(Boolean).join(" · ");
}
