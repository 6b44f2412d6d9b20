// Names and values, one below the other.

import { data, h } from "../dom.js";
import { plain, words } from "../text.js";

/** A list of pairs of texts. */
export function facts(pairs) {
  const lines = pairs.map(([name, value]) => [h("dt", {}, data(name)), h("dd", {}, data(value))]);
  return h("dl", { class: "facts" }, lines);
}

/** The same for a JSON object; what has no value is left out. */
export function factsOf(mapping) {
  const pairs = Object.entries(mapping ?? {}).filter(([, value]) => value !== null && value !== "");
  return facts(pairs.map(([name, value]) => [words(name), plain(value)]));
}
