// One sequence: navigator, player, transcript, truth, findings, reviews, plots.

import { h, put } from "../dom.js";
import { placeOf, readRecord, stepsOf } from "../model/record.js";
import { empty, waiting } from "../parts/empty.js";
import { evidenceCard } from "../parts/evidence.js";
import { navigator } from "../parts/navigator.js";
import { panelsOf } from "../parts/panels.js";
import { playback } from "../parts/playback.js";
import { plots } from "../parts/plots.js";
import { reviewCard } from "../parts/reviews.js";
import { neighbour, sequenceDetails, sequenceHead } from "../parts/sequence_head.js";
import { transcript } from "../parts/transcript.js";
import { truthCard } from "../parts/truth.js";
import { cursorOf, replace, toSequence } from "../route.js";
import { load } from "../source.js";

/** The page of the sequence an address names. */
export function sequencePage(app, route) {
  const key = route.parts[0];
  const row = app.index.byKey.get(key);
  const element = h("div", { class: "page" });
  const page = { title: row ? `${row.agent}, ${row.game}/${row.latent}` : "Sequence", element, keys: {} };
  if (!row) {
    put(element, empty("There is no such sequence", h("a", { href: "#/" }, "All sequences")));
    return page;
  }
  put(element, sequenceHead(app, row), waiting("Loading the transcript …"));
  let isLeft = false;
  page.leave = () => (isLeft = true);
  load(`data/sequences/${key}.json`).then(
    (raw) => isLeft || fill(app, page, row, readRecord(raw), route),
    (error) => put(element, sequenceHead(app, row), empty("The transcript cannot be read", error.message)),
  );
  page.update = (next) => next.parts[0] === key && Boolean(page.turnTo?.(cursorOf(next.parts.slice(1))));
  return page;
}

function fill(app, page, row, record, route) {
  const labels = record.analysis?.labels ?? [];
  const isWatching = route.query.has("watch");
  const numTasks = record.tasks.length;
  const toTask = (task) => bar.toTask(task);
  const toTurn = (turn) => bar.toCursor({ task: turn.task_index, turn: turn.turn_index });
  const strip = navigator({ ...row, label: "Tasks", evidence: placesOf(labels), onPick: toTask });
  const chat = transcript({ index: app.index, record, evidence: labels, onPick: toTurn });
  const truth = truthCard(record, app.truth);
  const panels = panelsOf([record], [app.index.colour(row.agent)], numTasks);
  const small = plots({ panels, numTasks, onPick: toTask });
  const { bar, keys, turnTo } = playback({
    steps: stepsOf([record]),
    truth,
    start: cursorOf(route.parts.slice(1)),
    hides: isWatching,
    tellPlace: (cursor, hides) => placeOf(record, cursor, hides),
    onMove(cursor, hides) {
      const task = record.tasks[cursor.task];
      strip.show(cursor, hides);
      chat.show(cursor, hides);
      truth.show(task);
      small.show(cursor.task + (cursor.turn + 1) / Math.max(1, task.turns.length), cursor.task, hides);
      replace(toSequence(row.key, cursor, isWatching ? [["watch", 1]] : []));
    },
  });
  const aside = [truth.element, reviewCard(record.reviews), small.element, sequenceDetails(record)];
  put(
    page.element,
    sequenceHead(app, row, record),
    evidenceCard(labels, (cursor) => bar.toCursor(cursor)),
    h("div", { class: "deck" }, strip.element, bar.element),
    h("div", { class: "columns" }, chat.element, h("aside", {}, aside)),
  );
  bar.start();
  const go = (by) => () => {
    const key = neighbour(app, row, by);
    if (key) location.hash = toSequence(key);
  };
  Object.assign(page, { keys: { ...keys, "[": go(-1), "]": go(1) }, turnTo, leave: () => bar.stop() });
}

function placesOf(labels) {
  const found = labels.filter((label) => label.mode !== "none" && Number.isInteger(label.task_index));
  return new Set(found.map((label) => label.task_index));
}
