// Choosing one thing of several: from a list, or by links that stand side by side.

import { data, h } from "../dom.js";

let count = 0;

/** A select; an option is [value, name, whether it is chosen], `onChoose(value)` hears of a choice. */
export function choice(title, options, onChoose) {
  count += 1;
  const id = `choice-${count}`;
  const select = h(
    "select",
    { id, on: { change: () => onChoose(select.value) } },
    options.map(([value, name, selected]) => h("option", { value, selected }, name)),
  );
  return h("div", { class: "field" }, h("label", { for: id }, title), select);
}

/** Links side by side; each is {name, href, isHere, count}. */
export function linkRow(label, links) {
  const drawn = links.map(({ name, href, isHere, count: found }) =>
    h(
      "a",
      { class: "button", href, "aria-current": isHere ? "true" : null },
      data(name),
      found === undefined ? null : h("span", { class: "soft" }, found),
    ),
  );
  return h("nav", { class: "choice", "aria-label": label }, drawn);
}
