// A table that may be wider than its page.

import { h } from "../dom.js";

/** A table with a name; columns from `firstNumber` on hold numbers. */
export function wideTable(name, titles, rows, firstNumber = 1) {
  const heading = (title, i) => h("th", { scope: "col", class: i >= firstNumber ? "number" : "" }, title);
  const table = h("table", {}, h("thead", {}, h("tr", {}, titles.map(heading))), h("tbody", {}, rows));
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": name }, table);
}

/** A cell with a number, and perhaps a second line. */
export function numberCell(value, more = "") {
  return h("td", { class: "number" }, value, more ? h("span", { class: "where" }, more) : null);
}
