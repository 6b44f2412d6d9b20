// The conversation of one task as a chat: what was said, what was understood, what was answered.

import { data, h, put } from "../dom.js";
import { playerOf } from "../model/record.js";
import { around, counted } from "../text.js";
import { agentMark, labelBadge, stateInWords } from "./marks.js";
import { longText } from "./long_text.js";
import { parsedAction } from "./parsed.js";

/** A transcript; `show(cursor, hides)` turns to a task and marks a turn. */
export function transcript({ index, record, evidence = [], folds = false, onPick }) {
  const element = h("section", { class: "transcript", "aria-label": "Transcript" });
  let shownTask = null;
  let turns = [];
  let after = null;

  function open(task) {
    turns = task.turns.map((turn) => turnCard(index, record, turn, evidence, onPick));
    after = ending(record, task);
    const played = task.turns.length > 0;
    const none = h("p", { class: "empty" }, `Task ${task.index + 1} was not played.`);
    put(element, before(record, task, folds), turns, played ? after : none);
  }

  return {
    element,
    show(cursor, hides) {
      const task = record.tasks[cursor.task];
      if (!task) {
        put(
          element,
          h("p", { class: "empty" }, `This sequence has ${counted(record.tasks.length, "task")}.`),
        );
        shownTask = null;
        return;
      }
      const isNew = shownTask !== task;
      if (isNew) open(task);
      shownTask = task;
      const at = Math.min(cursor.turn, turns.length - 1);
      turns.forEach((card, position) => {
        card.hidden = hides && position > at;
        card.classList.toggle("current", position === at);
      });
      after.hidden = hides && at < turns.length - 1;
      if (!isNew || cursor.turn > 0) reveal(turns[at]);
    },
  };
}

function reveal(card) {
  card?.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

function turnCard(index, record, turn, evidence, onPick) {
  const found = evidence.filter(
    (label) => label.task_index === turn.task_index && label.turn_index === turn.turn_index,
  );
  const isLast = turn === record.tasks[turn.task_index].turns.at(-1);
  const valid = turn.facts?.valid !== false;
  const player = playerOf(record, turn);
  const marks = [
    record.players.size > 1 ? agentMark(index, player) : null,
    valid ? null : h("span", { class: "badge bad" }, "invalid"),
    found.map((label) => labelBadge(label.mode)),
  ]
    .flat()
    .filter(Boolean);
  const number = h(
    "button",
    { type: "button", class: "turn-number", title: "Go to this turn", on: { click: () => onPick(turn) } },
    h("span", { class: "unseen" }, `Task ${turn.task_index + 1}, turn `),
    turn.turn_index + 1,
  );
  return h(
    "article",
    {
      class: `turn ${valid ? "" : "invalid"} ${found.length ? "evidence" : ""}`,
      style: { "--agent": index.colour(player) },
    },
    number,
    h(
      "div",
      { class: "said" },
      marks.length ? h("p", { class: "badges" }, marks) : null,
      turn.reasoning ? reasoning(turn.reasoning) : null,
      bubble("reply", marked(turn.reply, found)),
      isLast ? null : bubble("answer", longText(turn.event.observation ?? "")),
    ),
    parsedAction(turn),
  );
}

function reasoning(text) {
  return h(
    "details",
    { class: "reasoning" },
    h("summary", {}, `Reasoning, ${counted(text.length, "character")}`),
    longText(text),
  );
}

function bubble(kind, ...children) {
  return h("div", { class: `bubble ${kind}`, dir: "auto" }, children);
}

/** A reply with the quoted part of a finding highlighted. */
function marked(text, found) {
  const parts = found.map((label) => around(text, label.quote)).find(Boolean);
  if (!parts) return longText(text || "(an empty reply)");
  const [left, quote, right] = parts;
  return [longText(left), h("mark", {}, data(quote)), longText(right)];
}

/** What was said before the first reply of a task. */
function before(record, task, folds) {
  if (task.index === 0)
    return record.opening.map((message, i) => opening(message, !folds && i === record.opening.length - 1));
  const last = record.tasks[task.index - 1];
  const event = last.turns.at(-1)?.event ?? {};
  if (isMerged(last)) return folded("What was said before this task", event.observation);
  return [
    event.transition ? bubble("transition", longText(event.transition)) : null,
    event.opening ? bubble("answer", longText(event.opening)) : null,
  ];
}

function opening(message, isOpen) {
  return folded(message.role === "system" ? "Instructions" : "First message", message.content, isOpen);
}

function folded(title, text, isOpen = false) {
  return h(
    "details",
    { class: "opening", open: isOpen },
    h("summary", {}, title),
    bubble("answer", longText(text)),
  );
}

/** What was said when a task ended, set apart from the answers within it. */
function ending(record, task) {
  const event = task.turns.at(-1)?.event ?? {};
  const title = `End of task ${task.index + 1}: ${stateInWords(stateOf(task.outcome)) || "not ended"}`;
  const merged = isMerged(task);
  return h(
    "section",
    { class: "boundary", "aria-label": title },
    event.observation && !merged ? bubble("answer", longText(event.observation)) : null,
    h("h3", {}, title),
    merged ? bubble("feedback", longText(event.observation)) : null,
    event.task_feedback ? bubble("feedback", longText(event.task_feedback)) : null,
    task.index === record.tasks.length - 1 && event.transition
      ? bubble("transition", longText(event.transition))
      : null,
  );
}

/** Whether a recording kept the answer to the last reply and what came after it as one text. */
function isMerged(task) {
  const event = task.turns.at(-1)?.event ?? {};
  const parts = event.task_feedback || event.transition || event.opening;
  return Boolean(event.observation) && !parts && Boolean(task.outcome) && !task.outcome.truncated;
}

function stateOf(outcome) {
  if (!outcome) return "";
  return outcome.truncated ? "c" : outcome.solved ? "s" : "u";
}
