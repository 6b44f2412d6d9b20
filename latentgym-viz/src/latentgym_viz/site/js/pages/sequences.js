// All sequences: filters, a table, and what is chosen in the address.

import { h, put } from "../dom.js";
import { mean } from "../model/choice.js";
import { FACETS, options, readSelection, select, selectionQuery } from "../model/filters.js";
import { inOrder, orderText, readOrder } from "../model/order.js";
import { empty } from "../parts/empty.js";
import { filterPanel } from "../parts/filter_panel.js";
import { rewardScale } from "../parts/navigator.js";
import { sequenceTable } from "../parts/sequence_table.js";
import { address, parse, replace } from "../route.js";
import { counted, number, whole } from "../text.js";

const UNFIT = "Nothing fits all of these filters.";
const UNPLAYED = "Nothing has been played here yet.";

/** The page of all sequences. */
export function sequencesPage(app, route) {
  let selection = readSelection(route.query);
  let order = readOrder(route.query.get("sort"));
  let panel = null;
  let offered = "";
  const tally = h("p", { class: "tally", role: "status" });
  const table = sequenceTable(app, { onSort: (next) => go(selection, next) });
  const none = h("div", {});
  const drawer = h("details", { class: "drawer", open: matchMedia("(min-width: 1001px)").matches });
  const chosen = h("div", {});
  const results = h(
    "section",
    { class: "results", "aria-label": "Results" },
    h("div", { class: "head" }, tally, rewardScale()),
    chosen,
    table.element,
    none,
  );
  const element = h(
    "div",
    { class: "page" },
    h("h1", { class: "unseen" }, "Sequences"),
    problems(app.index.runs),
    h("div", { class: "browse" }, drawer, results),
  );

  function build() {
    offered = offers(app.index.rows);
    panel = filterPanel({ rows: app.index.rows, selection, onChange: (next) => go(next, order) });
    put(drawer, h("summary", {}, "Filters"), panel.element);
    put(chosen, panel.chosen);
  }
  function go(nextSelection, nextOrder) {
    const isTyping = document.activeElement === panel.words;
    const hash = address("", [], [...selectionQuery(nextSelection), ["sort", orderText(nextOrder)]]);
    if (!isTyping) {
      location.hash = hash;
      return;
    }
    replace(hash); // a word is typed letter by letter: that is one step of the history, or none
    page.update(parse(hash));
  }
  function draw(keeps = false) {
    const found = select(app.index.rows, selection);
    const rows = inOrder(found.chosen, order);
    panel.show(selection, found.counts);
    table.show(rows, order, keeps);
    table.element.hidden = found.chosen.length === 0;
    none.hidden = found.chosen.length > 0;
    put(none, empty("No sequence", app.index.rows.length ? UNFIT : UNPLAYED));
    put(tally, sentence(found.chosen, app.index.rows));
    app.list = { keys: rows.map((row) => row.key), hash: location.hash || "#/" };
  }
  const page = {
    title: "Sequences",
    element,
    keys: { "/": () => focusWords() },
    update(next) {
      selection = readSelection(next.query);
      order = readOrder(next.query.get("sort"));
      draw();
      if (next.query.has("focus")) focusWords();
      return true;
    },
    refresh() {
      if (offers(app.index.rows) !== offered) build();
      draw(true);
    },
  };
  function focusWords() {
    drawer.open = true;
    panel.words.focus();
    panel.words.select();
  }
  build();
  draw();
  if (route.query.has("focus")) queueMicrotask(focusWords);
  return page;
}

/** All that the filters offer, as one text: they are built anew only when it changes. */
function offers(rows) {
  return JSON.stringify(FACETS.map((facet) => options(rows, facet)));
}

function sentence(chosen, all) {
  const reward = mean(chosen.map((row) => row.reward));
  const of = chosen.length < all.length ? ` of ${whole(all.length)}` : "";
  return [
    h("strong", {}, whole(chosen.length)),
    `${of} ${counted(all.length, "sequence").replace(/^\S+ /, "")}`,
    reward === null ? "" : `, reward per task ${number(reward, 3)}`,
  ];
}

function problems(runs) {
  const found = runs.flatMap((run) => run.problems.map((problem) => `${run.name}: ${problem}`));
  if (!found.length) return null;
  return h(
    "ul",
    { class: "notice" },
    found.slice(0, 5).map((each) => h("li", {}, each)),
    found.length > 5 ? h("li", {}, `and ${found.length - 5} more`) : null,
  );
}
