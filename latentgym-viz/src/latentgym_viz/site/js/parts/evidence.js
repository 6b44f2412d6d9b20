// What the detectors found in a sequence, with the way to its evidence.

import { data, h } from "../dom.js";
import { excerpt, plain, words } from "../text.js";
import { labelBadge } from "./marks.js";

const MEANINGS = {
  neglect: "Plays every task as if it were the first.",
  breakdown: "Knows what earlier tasks have shown and fails to make use of it.",
  miscalibration: "Does worse where it is told more.",
  adapted: "Learns the latent and uses it.",
};

/** What a finding means, in a sentence. */
export function meaningOf(mode) {
  return MEANINGS[mode] ?? "";
}

/** The findings of a sequence; null if there are none. */
export function evidenceCard(labels, onJump) {
  const found = labels.filter((label) => label.mode !== "none");
  if (!found.length) return null;
  return h(
    "section",
    { class: "findings", "aria-label": "Findings" },
    found.map((label) => finding(label, onJump)),
  );
}

function finding(label, onJump) {
  const hasPlace = Number.isInteger(label.task_index);
  const place = hasPlace ? { task: label.task_index, turn: label.turn_index ?? 0 } : null;
  return h(
    "div",
    { class: `finding ${label.mode === "adapted" ? "fine" : ""}` },
    labelBadge([label.mode, label.kind].filter(Boolean).join("/")),
    h("p", {}, label.sentence ? data(label.sentence) : meaningOf(label.mode)),
    label.quote ? h("blockquote", {}, data(excerpt(label.quote, 240))) : null,
    h(
      "footer",
      {},
      hasPlace
        ? h(
            "button",
            { type: "button", on: { click: () => onJump(place) } },
            `Go to ${placeName(place, label)}`,
          )
        : null,
      numbers(label.numbers),
    ),
  );
}

function placeName(place, label) {
  const turn = Number.isInteger(label.turn_index) ? `, turn ${place.turn + 1}` : "";
  return `task ${place.task + 1}${turn}`;
}

function numbers(given) {
  const pairs = Object.entries(given ?? {});
  if (!pairs.length) return null;
  return h(
    "span",
    { class: "small soft" },
    pairs.map(([name, value]) => `${words(name)} ${plain(value)}`).join(" · "),
  );
}
