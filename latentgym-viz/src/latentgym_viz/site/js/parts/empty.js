// What stands where there is nothing to show: what is missing, and what to do about it.

import { h } from "../dom.js";

/** A frame with a title and a sentence or a link. */
export function empty(title, ...more) {
  return h(
    "div",
    { class: "empty" },
    h("h2", {}, title),
    more.map((each) => (typeof each === "string" ? h("p", {}, each) : each)),
  );
}

/** Said while something loads; gone when it is there. */
export function waiting(text = "Loading …") {
  return h("p", { class: "soft waiting", role: "status" }, text);
}
