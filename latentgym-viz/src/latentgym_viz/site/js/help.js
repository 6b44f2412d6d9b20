// What the keys do.

import { h } from "./dom.js";
import { recall, remember } from "./theme.js";

const KEYS = [
  [["←", "→"], "task before, task after"],
  [["↑", "↓"], "turn before, turn after"],
  [["Space"], "play or pause"],
  [["g"], "show or hide the ground truth"],
  [["[", "]"], "sequence before, sequence after"],
  [["/"], "filter by words"],
  [["?"], "this help"],
];

/** Whether single keys do anything. */
export function keysAreOn() {
  return recall("keys", "on") === "on";
}

/** The help dialog. */
export function helpDialog() {
  const isOn = h("input", {
    type: "checkbox",
    checked: keysAreOn(),
    on: { change: () => remember("keys", isOn.checked ? "on" : "off") },
  });
  const rows = KEYS.map(([keys, meaning]) => [
    h(
      "dt",
      {},
      keys.flatMap((key) => [h("kbd", {}, key), " "]),
    ),
    h("dd", {}, meaning),
  ]);
  const element = h(
    "dialog",
    { "aria-labelledby": "help-title" },
    h(
      "div",
      { class: "head" },
      h("h2", { id: "help-title" }, "Keys"),
      h("button", { type: "button", class: "quiet", on: { click: () => element.close() } }, "Close"),
    ),
    h("dl", { class: "keys" }, rows),
    h("label", { class: "switch" }, isOn, "Use single keys"),
    h(
      "p",
      { class: "small soft" },
      "Every view has its own address: copy it to share a sequence, a task or a turn.",
    ),
  );
  return { element, open: () => element.open || element.showModal() };
}
