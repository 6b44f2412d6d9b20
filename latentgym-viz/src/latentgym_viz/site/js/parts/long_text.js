// Text of any length: the beginning at once, the rest when somebody asks for it.

import { data, h } from "../dom.js";
import { counted } from "../text.js";

const SHOWN = 4000; // characters

/** A block of text that keeps its line breaks. */
export function longText(text) {
  if (text.length <= SHOWN) return data(text, { class: "text" });
  const block = data(`${text.slice(0, SHOWN)} …`, { class: "text" });
  const more = h(
    "button",
    {
      type: "button",
      class: "quiet",
      on: { click: () => (block.replaceWith(data(text, { class: "text" })), more.remove()) },
    },
    `Show all ${counted(text.length, "character")}`,
  );
  return [block, more];
}
