// The table of sequences: a page of rows at a time, sorted by any column.

import { data, h, put } from "../dom.js";
import { toSequence } from "../route.js";
import { counted, number, signed, whole } from "../text.js";
import { agentMark, endBadge, labelBadge, miniStrip } from "./marks.js";

const PAGE = 80; // rows

const COLUMNS = [
  { title: "Agent", order: "agent", wide: true, cell: agentCell },
  { title: "Environment", order: "env", wide: true, cell: placeCell },
  { title: "Seed", order: "seed", number: true, cell: (_, row) => row.seed },
  { title: "Tasks", wide: true, cell: (_, row) => miniStrip(row) },
  {
    title: "Reward",
    order: "reward",
    number: true,
    hint: "Reward per task",
    cell: (_, row) => number(row.reward, 3),
  },
  {
    title: "Gain",
    order: "gain",
    number: true,
    hint: "Reward of the last task minus that of the first",
    cell: gainCell,
  },
  {
    title: "Regret",
    order: "regret",
    number: true,
    optional: true,
    hint: "Reward of the oracle player minus reward earned",
    cell: (_, row) => number(row.regret),
  },
  {
    title: "Finding",
    order: "label",
    cell: (_, row) => [row.labels.map(labelBadge), endBadge(row.end)].flat().filter(Boolean),
  },
];

/** A table; `show(rows, order)` fills it with rows in order, `onSort(order)` hears of clicks on its headings. */
export function sequenceTable(app, { onSort }) {
  const body = h("tbody", { role: "rowgroup" });
  const head = h("tr", { role: "row" });
  const table = h(
    "table",
    { class: "sequences", role: "table" },
    h("caption", { class: "unseen" }, "Played sequences"),
    h("thead", { role: "rowgroup" }, head),
    body,
  );
  const more = h("button", { type: "button", class: "more", on: { click: () => add(PAGE) } });
  let rows = [];
  let columns = [];

  function add(count) {
    const start = body.childElementCount;
    body.append(...rows.slice(start, start + count).map((row) => tableRow(app.index, columns, row)));
    const left = rows.length - body.childElementCount;
    more.hidden = left <= 0;
    more.textContent = `Show ${counted(Math.min(PAGE, left), "more row")} of ${whole(left)}`;
  }
  return {
    element: h("div", { class: "results-table" }, h("div", { class: "scroll" }, table), more),
    /** `keeps`: as many rows stay open as there are, because the same table has only grown. */
    show(shown, order, keeps = false) {
      const count = keeps ? Math.max(PAGE, body.childElementCount) : PAGE;
      rows = shown;
      columns = COLUMNS.filter(
        (column) => !column.optional || app.index.rows.some((row) => row[column.order] !== null),
      );
      put(
        head,
        columns.map((column) => heading(column, order, onSort)),
      );
      body.replaceChildren();
      add(count);
    },
  };
}

function heading(column, order, onSort) {
  const kind = column.number ? "number" : "";
  if (!column.order) return h("th", { scope: "col", role: "columnheader", class: kind }, column.title);
  const isChosen = order.name === column.order;
  const direction = !isChosen ? "none" : order.down ? "descending" : "ascending";
  const next = { name: column.order, down: isChosen ? !order.down : Boolean(column.number) };
  const button = h(
    "button",
    { type: "button", title: column.hint, on: { click: () => onSort(next) } },
    column.title,
  );
  return h("th", { scope: "col", role: "columnheader", class: kind, "aria-sort": direction }, button);
}

function tableRow(index, columns, row) {
  return h(
    "tr",
    { role: "row" },
    columns.map((column) => cell(index, column, row)),
  );
}

function cell(index, column, row) {
  const kind = [column.number ? "number" : "", column.wide ? "wide" : ""].join(" ").trim();
  return h("td", { role: "cell", class: kind, "data-title": column.title }, column.cell(index, row));
}

function agentCell(index, row) {
  return h("a", { href: toSequence(row.key) }, agentMark(index, row.agent));
}

/** Where a sequence was played, on two lines. */
export function placeCell(_, row) {
  const told = [row.prompt, row.feedback, counted(row.horizon, "task")].join(" · ");
  return [data(row.game), "/", h("wbr"), data(row.latent), h("span", { class: "where" }, data(told))];
}

function gainCell(_, row) {
  if (row.gain === null) return "";
  const tone = row.gain > 0 ? "plus" : row.gain < 0 ? "minus" : "";
  return h("span", { class: tone }, signed(row.gain));
}
