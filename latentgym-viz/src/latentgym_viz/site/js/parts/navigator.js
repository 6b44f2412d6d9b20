// The strip of N task cells: what was earned in each, where we are, and the way to each.

import { h, put } from "../dom.js";
import { number } from "../text.js";
import { cellClass, stateInWords } from "./marks.js";

/** A navigator; `show(cursor, hides)` moves it, `onPick(task)` hears of clicks. */
export function navigator({ rewards, states, turns, evidence = new Set(), label, onPick }) {
  const cells = rewards.map((reward, task) =>
    cell(reward, states[task], turns[task], task, evidence.has(task)),
  );
  const list = h(
    "ol",
    { class: "cells" },
    cells.map((each) => h("li", {}, each.button)),
  );
  function cell(reward, state, used, task, isEvidence) {
    const worth = h("span", { class: "worth" }, state === "-" ? "–" : number(reward));
    const button = h(
      "button",
      { type: "button", class: `cell ${cellClass(reward, state)}`, on: { click: () => onPick(task) } },
      h("span", { class: "index" }, task + 1),
      worth,
      isEvidence ? h("span", { class: "flag", title: "A finding points here" }, "!") : null,
    );
    const said = `Task ${task + 1}: ${stateInWords(state)}, reward ${number(reward)}, turns ${used}`;
    return { button, worth, said, shown: button.className };
  }
  return {
    element: h("nav", { class: "navigator", "aria-label": label }, list),
    show(cursor, hides) {
      cells.forEach((each, task) => {
        const hidden = hides && task >= cursor.task;
        const current = task === cursor.task;
        each.button.className = hidden ? "cell unknown" : each.shown;
        each.worth.hidden = hidden;
        each.button.setAttribute("aria-label", hidden ? `Task ${task + 1}` : each.said);
        if (current) each.button.setAttribute("aria-current", "step");
        else each.button.removeAttribute("aria-current");
      });
    },
  };
}

/** A key to the colours. */
export function rewardScale() {
  const steps = Array.from({ length: 11 }, (_, i) => h("i", { class: `r${i}` }));
  const strip = h("span", { class: "strip", "aria-hidden": "true" });
  return h("p", { class: "scale soft small" }, "reward 0", put(strip, steps), "1");
}
