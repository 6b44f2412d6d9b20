// An address that leads nowhere.

import { h } from "../dom.js";
import { empty } from "../parts/empty.js";

/** Says so, and where everything is. */
export function missingPage() {
  const link = h("a", { href: "#/" }, "All sequences");
  return { title: "Not found", element: h("div", { class: "page" }, empty("There is no such page", link)) };
}
