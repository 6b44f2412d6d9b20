// Normalised scores: how far from the blind player to the one that is told z.

import { data, h } from "../dom.js";
import { groupBy } from "../model/choice.js";
import { interval, number, percent } from "../text.js";
import { agentMark } from "./marks.js";
import { numberCell, wideTable } from "./wide_table.js";

const NONE = "The runs have no analyses yet, so there is no blind player and no oracle to compare with.";

/** Scores by latent and agent. */
export function scoreTable(index, { scores, confidence, problem }) {
  const title = h("h2", {}, "Normalised score");
  if (!scores.length) return h("section", {}, title, h("p", { class: "soft" }, problem || NONE));
  const agents = [...new Set(scores.map((each) => each.agent))];
  const rows = [...groupBy(scores, (each) => each.group)].map(([group, found]) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, data(group)),
      agents.map((agent) => cell(found, agent)),
    ),
  );
  const told = `0 is the blind player, 1 the player that is told z. ${percent(confidence)} intervals over sequences.`;
  const titles = [
    h("span", { class: "unseen" }, "Latent"),
    ...agents.map((agent) => agentMark(index, agent)),
  ];
  return h(
    "section",
    {},
    title,
    h("p", { class: "intro" }, told),
    wideTable("Normalised scores", titles, rows),
  );
}

function cell(scores, agent) {
  const score = scores.find((each) => each.agent === agent);
  if (!score) return h("td", { class: "number soft" }, "–");
  return numberCell(number(score.estimate.value), `${interval(score.estimate)} n=${score.num_sequences}`);
}
