// Single keys, out of the way of fields and of the browser's own keys.

import { keysAreOn } from "./help.js";

const OWN_KEYS = "input, select, textarea, [contenteditable]";
const OWN_SPACE = "button, a, summary";

/** Hear keys; `keys()` gives the ones of the open page as a map from key to action. */
export function listen(keys) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !keysAreOn()) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest(OWN_KEYS) && !target.matches("input[type=checkbox]")) return;
    if (document.querySelector("dialog[open]") || (event.key === " " && target.closest(OWN_SPACE))) return;
    const act = event.key === "?" ? openHelp : (keys()[event.key] ?? (event.key === "/" ? openFilter : null));
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function openHelp() {
  document.querySelector("dialog").showModal();
}

/** On a page without a filter, the key leads to the one that has it. */
function openFilter() {
  location.hash = "#/?focus=filter";
}
