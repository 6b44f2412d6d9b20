// The head of a sequence's page: the way back and on, what was played, by whom, what came of it.

import { data, h } from "../dom.js";
import { tokens } from "../model/record.js";
import { address, toSequence } from "../route.js";
import { counted, number, signed, whole } from "../text.js";
import { agentMark, endBadge, labelBadge } from "./marks.js";
import { factsOf } from "./facts.js";

/** The head; the error that ended the sequence is known once its record is. */
export function sequenceHead(app, row, record = null) {
  const error = record?.trajectory.error;
  const told = [
    `prompt ${row.prompt}`,
    `feedback ${row.feedback}`,
    counted(row.horizon, "task"),
    `seed ${row.seed} (${row.split})`,
    row.source,
    row.parameters,
  ];
  return h(
    "header",
    { class: "title" },
    crumbs(app, row),
    h("h1", {}, data(`${row.game} / ${row.latent}`)),
    h(
      "p",
      { class: "told" },
      agentMark(app.index, row.agent),
      told.filter(Boolean).map((each) => data(each, { class: "soft" })),
    ),
    h("p", { class: "badges" }, figures(row), row.labels.map(labelBadge), endBadge(row.end)),
    error ? h("p", { class: "notice" }, data(`${error.kind}: ${error.message}`)) : null,
  );
}

/** The key of the sequence before or after one in the list that led here; nothing at its ends. */
export function neighbour(app, row, by) {
  const keys = app.list?.keys ?? [];
  const at = keys.indexOf(row.key);
  return at < 0 ? undefined : keys[at + by];
}

/** What few people ask for. */
export function sequenceDetails(record) {
  const { trajectory, players } = record;
  const told = {
    environment: trajectory.env_id,
    players: players.size > 1 ? [...players] : null,
    reward_type: trajectory.reward_type ?? null,
    input_tokens: tokens(record, "input_tokens"),
    output_tokens: tokens(record, "output_tokens"),
    ...trajectory.versions,
  };
  return h("details", { class: "card more-facts" }, h("summary", {}, "Details"), factsOf(told));
}

function crumbs(app, row) {
  const list = app.list ?? { keys: [], hash: "#/" };
  const at = list.keys.indexOf(row.key);
  const back = at < 0 ? "All sequences" : `${whole(at + 1)} of ${counted(list.keys.length, "sequence")}`;
  const link = (key, title) => (key ? h("a", { href: toSequence(key) }, title) : null);
  return h(
    "p",
    { class: "crumbs small" },
    h("a", { href: list.hash }, back),
    link(neighbour(app, row, -1), "Previous"),
    link(neighbour(app, row, 1), "Next"),
    h("a", { href: address("compare", [row.key]) }, "Compare"),
  );
}

function figures(row) {
  const known = [
    ["reward per task", number(row.reward, 3)],
    ["gain", signed(row.gain)],
    ["regret", number(row.regret)],
  ];
  return known
    .filter(([, value]) => value)
    .map(([name, value]) => h("span", { class: "badge" }, `${name} ${value}`));
}
