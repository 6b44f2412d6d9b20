// The head of every page: where one can go, what is live, light or dark, help.

import { h, put } from "./dom.js";
import { helpDialog } from "./help.js";
import { brandMark, icon } from "./parts/icons.js";
import { address } from "./route.js";
import { counted } from "./text.js";
import { nextTheme } from "./theme.js";

const TABS = [
  ["", "Sequences"],
  ["agents", "Agents"],
  ["failures", "Failure modes"],
  ["compare", "Side by side"],
  ["overview", "Overview"],
  ["hand-off", "Hand-off"],
  ["environments", "Environments"],
];
const WITHIN = { sequence: "" };

/** Draw the frame; `show(route)` marks where we are, `refresh()` tells what has grown. */
export function frame(element, app) {
  const links = new Map(TABS.map(([page, title]) => [page, h("a", { href: address(page) }, title)]));
  const tabs = h("nav", { class: "tabs", "aria-label": "Pages" }, [...links.values()]);
  const live = h("span", { class: "live" });
  const help = helpDialog();
  const theme = h(
    "button",
    {
      type: "button",
      class: "quiet icon",
      title: "Light or dark",
      "aria-label": "Light or dark",
      on: { click: () => say(`Theme: ${nextTheme()}`) },
    },
    icon("theme"),
  );
  const question = h(
    "button",
    { type: "button", class: "quiet icon", title: "Help", "aria-label": "Help", on: { click: help.open } },
    "?",
  );
  put(
    element,
    h(
      "div",
      { class: "bar" },
      h("a", { class: "brand", href: "#/" }, brandMark(), "LatentGym"),
      tabs,
      live,
      h("div", { class: "tools" }, theme, question),
    ),
  );
  document.body.append(help.element);
  function refresh() {
    const planned = app.index.runs.reduce((sum, run) => sum + (run.planned ?? 0), 0);
    live.hidden = !app.index.live;
    live.textContent = `live, ${app.index.rows.length} of ${counted(planned, "sequence")}`;
  }
  refresh();
  return {
    refresh,
    help,
    show(route) {
      for (const [page, link] of links) {
        const isHere = page === (WITHIN[route.page] ?? route.page);
        if (isHere) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
        if (isHere)
          tabs.scrollLeft = link.offsetLeft - tabs.offsetLeft - tabs.clientWidth / 2 + link.clientWidth / 2;
      }
    },
  };
}

/** Tell those who listen rather than look. */
export function say(text) {
  document.getElementById("said").textContent = text;
}
