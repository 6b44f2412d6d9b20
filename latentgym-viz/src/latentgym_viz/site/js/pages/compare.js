// Side by side: two plays of one drawn sequence, by any two agents, variants or prompts, one player for both.

import { data, h, put } from "../dom.js";
import { pairs, partner } from "../model/choice.js";
import { placeOf, readRecord, stepsOf } from "../model/record.js";
import { empty } from "../parts/empty.js";
import { agentMark, labelBadge } from "../parts/marks.js";
import { navigator } from "../parts/navigator.js";
import { panelsOf } from "../parts/panels.js";
import { playback } from "../parts/playback.js";
import { playPicker } from "../parts/play_picker.js";
import { plots } from "../parts/plots.js";
import { transcript } from "../parts/transcript.js";
import { truthCard } from "../parts/truth.js";
import { address, cursorOf, replace, toSequence } from "../route.js";
import { load } from "../source.js";
import { number } from "../text.js";

/** The page of two plays. */
export function comparePage(app, route) {
  const groups = pairs(app.index.rows);
  const title = h("h1", {}, "Side by side");
  const element = h("div", { class: "page" }, title);
  const page = { title: "Side by side", element, keys: {} };
  const chosen = choose(app, groups, route.parts);
  if (!chosen) {
    element.append(nothing(app, route.parts[0]));
    return page;
  }
  const stage = h("div", { class: "stage" });
  element.append(playPicker(groups, chosen), stage);
  let isLeft = false;
  page.leave = () => (isLeft = true);
  Promise.all(chosen.map((row) => load(`data/sequences/${row.key}.json`))).then(
    (raw) => isLeft || fill(app, page, stage, chosen, raw.map(readRecord), route),
    (error) => put(stage, empty("The transcripts cannot be read", error.message)),
  );
  page.update = (next) => {
    const isSame = chosen.every((row, i) => row.key === next.parts[i]);
    return isSame && Boolean(page.turnTo?.(cursorOf(next.parts.slice(2))));
  };
  return page;
}

/** The two rows of an address; what it leaves out is chosen here. */
function choose(app, groups, [leftKey, rightKey]) {
  const left = app.index.byKey.get(leftKey) ?? (leftKey ? null : firstPlay(groups));
  const plays = left ? groups.get(left.pair) : null;
  if (!plays) return null;
  return [left, plays.find((row) => row.key === rightKey) ?? partner(plays, left)];
}

function firstPlay(groups) {
  const several = [...groups.values()].find((plays) => new Set(plays.map((row) => row.agent)).size > 1);
  return (several ?? groups.values().next().value)?.[0] ?? null;
}

function fill(app, page, stage, rows, records, route) {
  const colours = coloursOf(app, rows);
  const numTasks = Math.max(...records.map((record) => record.tasks.length));
  const toTask = (task) => bar.toTask(task);
  const toTurn = (turn) => bar.toCursor({ task: turn.task_index, turn: turn.turn_index });
  const sides = rows.map((row, i) => {
    const letter = { name: "AB"[i], colour: colours[i] };
    return side(app, row, records[i], letter, { toTask, toTurn });
  });
  const small = plots({ panels: panelsOf(records, colours, numTasks), numTasks, onPick: toTask });
  const truth = truthCard(
    longer(records, (record) => record.tasks.length),
    app.truth,
  );
  const { bar, keys, turnTo } = playback({
    steps: stepsOf(records),
    truth,
    start: cursorOf(route.parts.slice(2)),
    hides: false,
    tellPlace: (cursor, hides) => placeOf(longer(records, turnsIn(cursor.task)), cursor, hides),
    onMove(cursor, hides) {
      const most = Math.max(1, ...records.map(turnsIn(cursor.task)));
      sides.forEach((each) => each.show(cursor, hides));
      small.show(cursor.task + (cursor.turn + 1) / most, cursor.task, hides);
      truth.show(longer(records, turnsIn(cursor.task)).tasks[cursor.task]);
      replace(address("compare", [rows[0].key, rows[1].key, cursor.task + 1, cursor.turn + 1]));
    },
  });
  const strips = sides.map((each) => each.strip);
  const transcripts = sides.map((each) => each.element);
  put(
    stage,
    h("div", { class: "deck" }, strips, bar.element),
    h("div", { class: "columns three" }, transcripts, h("aside", {}, truth.element, small.element)),
  );
  bar.start();
  Object.assign(page, { keys, turnTo, leave: () => bar.stop() });
}

/** Turns of a task in a record; fewer than none where the record has no such task. */
function turnsIn(task) {
  return (record) => record.tasks[task]?.turns.length ?? -1;
}

function longer([first, second], lengthOf) {
  return lengthOf(second) > lengthOf(first) ? second : first;
}

/** The colours of the agents; one agent twice is told apart by the neutral colour. */
function coloursOf(app, rows) {
  const [left, right] = rows.map((row) => app.index.colour(row.agent));
  return [left, right === left ? "var(--edge)" : right];
}

function side(app, row, record, { name, colour }, { toTask, toTurn }) {
  const letter = () => h("span", { class: "letter", style: { "--agent": colour } }, name);
  const strip = navigator({ ...row, label: `Tasks of ${name}`, onPick: toTask });
  const evidence = record.analysis?.labels ?? [];
  const chat = transcript({ index: app.index, record, evidence, folds: true, onPick: toTurn });
  const told = data([row.prompt, row.feedback, row.source].join(" · "));
  const title = h(
    "h2",
    { class: "side-title" },
    letter(),
    agentMark(app.index, row.agent),
    h("span", { class: "small soft" }, told),
    row.labels.map(labelBadge),
  );
  const total = h("span", { class: "soft small" }, number(row.reward, 3));
  return {
    strip: h("div", { class: "side-strip" }, letter(), strip.element, total),
    element: h("div", { class: "side" }, title, chat.element),
    show(cursor, hides) {
      strip.show(cursor, hides);
      chat.show(cursor, hides);
    },
  };
}

function nothing(app, key) {
  const row = app.index.byKey.get(key);
  return empty(
    "Nothing to compare",
    "Two plays of the same environment and seed are needed: two agents, two variants or two prompts.",
    row ? h("a", { href: toSequence(row.key) }, "Back to the sequence") : null,
  );
}
