// Checkboxes that narrow each other, a field for words, and what is chosen now.

import { data, h, put } from "../dom.js";
import { FACETS, options } from "../model/filters.js";
import { whole } from "../text.js";

/** A panel of filters; `onChange(selection)` hears of every change, `show(...)` redraws the counts. */
export function filterPanel({ rows, selection, onChange }) {
  const words = h("input", {
    type: "search",
    "aria-label": "Filter by words",
    placeholder: "Filter by words  /",
    value: selection.words.join(" "),
    on: {
      input: () => change({ ...selection, words: words.value.toLowerCase().split(/\s+/).filter(Boolean) }),
    },
  });
  const groups = FACETS.map((facet, i) => group(facet, i, options(rows, facet)));
  const chosen = h("div", { class: "chosen" });

  function group(facet, i, values) {
    const boxes = new Map(values.map((value) => [value, option(value, i)]));
    const known = h("span", { class: "soft" });
    const list = h(
      "div",
      { class: "options" },
      [...boxes.values()].map((box) => box.element),
    );
    const element = h("fieldset", {}, h("legend", {}, facet.title, known), list);
    return { element, boxes, known };
  }
  function option(value, i) {
    const input = h("input", { type: "checkbox", on: { change: () => toggle(i, value, input.checked) } });
    const count = h("span", { class: "count" });
    const element = h("label", { class: "option" }, input, data(value || "none"), count);
    return { element, input, count };
  }
  function toggle(i, value, wanted) {
    const values = selection.values.map((set) => new Set(set));
    if (wanted) values[i].add(value);
    else values[i].delete(value);
    change({ ...selection, values });
  }
  function change(next) {
    selection = next;
    onChange(next);
  }
  function drawChosen() {
    const pairs = FACETS.flatMap((facet, i) => [...selection.values[i]].map((value) => [facet, i, value]));
    const clear = h(
      "button",
      { type: "button", class: "quiet", on: { click: () => change(nothing()) } },
      "Clear all",
    );
    put(
      chosen,
      pairs.map(([facet, i, value]) =>
        h(
          "button",
          {
            type: "button",
            "aria-label": `Remove ${facet.title} ${value}`,
            on: { click: () => toggle(i, value, false) },
          },
          `${facet.title}: `,
          data(value || "none"),
        ),
      ),
      pairs.length > 1 ? clear : null,
    );
  }
  function nothing() {
    words.value = "";
    return { values: FACETS.map(() => new Set()), words: [] };
  }

  return {
    element: h(
      "form",
      { class: "filters", "aria-label": "Filters", on: { submit: (event) => event.preventDefault() } },
      words,
      groups.map((each) => each.element),
    ),
    chosen,
    words,
    show(next, counts) {
      selection = next;
      if (document.activeElement !== words) words.value = selection.words.join(" ");
      groups.forEach(({ element, boxes, known }, i) => {
        element.hidden = boxes.size < 2;
        known.textContent = boxes.size > 8 ? whole(counts[i].size) : "";
        for (const [value, box] of boxes) {
          const count = counts[i].get(value) ?? 0;
          box.input.checked = selection.values[i].has(value);
          box.count.textContent = whole(count);
          box.element.hidden = count === 0 && !box.input.checked;
        }
      });
      drawChosen();
    },
  };
}
