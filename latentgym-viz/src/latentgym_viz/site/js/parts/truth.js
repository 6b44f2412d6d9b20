// What the agent had to find out, behind a switch, so that a reader can guess first.

import { data, h, put } from "../dom.js";
import { plain } from "../text.js";
import { factsOf } from "./facts.js";
import { icon } from "./icons.js";
import { longText } from "./long_text.js";

/** A card; `show(task)` turns to a task, `toggle()` reveals or hides. `state.shown` is kept by the caller. */
export function truthCard(record, state) {
  const body = h("div", { class: "truth-body", id: "truth" });
  const toggle = h("button", {
    type: "button",
    "aria-controls": "truth",
    on: { click: () => card.toggle() },
  });
  const element = h("section", { class: "card truth", "aria-label": "Ground truth" }, toggle, body);
  let task = record.tasks[0];
  function draw() {
    toggle.setAttribute("aria-expanded", String(state.shown));
    put(
      toggle,
      icon("eye"),
      state.shown ? "Hide the truth" : "Show the truth",
      h("kbd", { "aria-hidden": "true" }, "g"),
    );
    put(
      body,
      state.shown
        ? revealed(record, task)
        : h("p", { class: "soft small" }, "What is z? Guess before you look."),
    );
  }
  const card = {
    element,
    show(shownTask) {
      task = shownTask ?? task;
      draw();
    },
    toggle() {
      state.shown = !state.shown;
      draw();
    },
  };
  draw();
  return card;
}

function revealed(record, task) {
  const { trajectory } = record;
  return [
    h("h3", {}, "Latent z"),
    trajectory.z_text ? longText(trajectory.z_text) : null,
    trajectory.z === null || trajectory.z === undefined
      ? h("p", { class: "soft small" }, "z was not recorded.")
      : h("p", { class: "small soft" }, "as data: ", data(plain(trajectory.z))),
    factsOf(trajectory.latent?.params),
    task ? [h("h3", {}, `Task ${task.index + 1}`), factsOf(task.truth)] : null,
  ];
}
