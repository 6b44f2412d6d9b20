// Small marks that stand for agents, findings, ends and rewards everywhere.

import { data, h } from "../dom.js";
import { number, words } from "../text.js";

const FAILURES = new Set(["neglect", "breakdown", "miscalibration"]);
const STATES = { s: "solved", u: "not solved", c: "cut off", "-": "not begun" };

/** The name of an agent with its colour. */
export function agentMark(index, agent, attributes = {}) {
  return h("span", { ...attributes, class: "agent", style: { "--agent": index.colour(agent) } }, data(agent));
}

/** A finding of the detectors, as `mode` or `mode/kind`. */
export function labelBadge(label) {
  const [mode, kind] = label.split("/");
  const tone = FAILURES.has(mode) ? "bad" : mode === "adapted" ? "good" : "";
  return h("span", { class: `badge ${tone}` }, data(words(mode)), kind ? [" · ", data(kind)] : null);
}

/** Why a sequence ended early; nothing if it did not. */
export function endBadge(end) {
  if (!end) return null;
  const failed = end.startsWith("error");
  return h("span", { class: `badge ${failed ? "bad" : "warn"}` }, data(failed ? end : `out of ${end}`));
}

/** The class of a reward's colour. */
export function levelOf(reward) {
  return `r${Math.max(0, Math.min(10, Math.round(reward * 10)))}`;
}

/** What became of a task, in words. */
export function stateInWords(state) {
  return STATES[state] ?? "";
}

/** The rewards of a sequence as a row of small cells. */
export function miniStrip(row) {
  const cells = row.rewards.map((reward, i) => h("i", { class: cellClass(reward, row.states[i]) }));
  const spoken = `Rewards ${row.rewards.map((reward) => number(reward)).join(", ")}`;
  return h(
    "span",
    { class: `strip ${row.rewards.length > 20 ? "long" : ""}`, role: "img", "aria-label": spoken },
    cells,
  );
}

/** Classes of a task's cell. */
export function cellClass(reward, state) {
  if (state === "-") return "gone";
  return state === "c" ? "cut" : levelOf(reward);
}
