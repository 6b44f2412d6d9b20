// Choosing two plays: environment and seed for both, then agent, prompt or variant for each.

import { h } from "../dom.js";
import { groupBy, partner } from "../model/choice.js";
import { address } from "../route.js";
import { choice } from "./choice.js";
import { icon } from "./icons.js";

const SIDES = ["agent", "prompt", "feedback", "horizon"];

/** Lists to choose from; every choice is a new address. */
export function playPicker(groups, [left, right]) {
  const plays = groups.get(left.pair);
  const first = [...groups.values()].map(([play]) => play);
  const draws = groupBy(first, (row) => row.draw);
  const byKey = (key) => plays.find((row) => row.key === key);
  const options = (chosen) => plays.map((row) => [row.key, playName(row), row === chosen]);
  const environments = [...draws.values()].map(([row]) => [row.pair, drawName(row), row.draw === left.draw]);
  const sequences = draws
    .get(left.draw)
    .map((row) => [row.pair, seedName(row, groups), row.pair === left.pair]);
  const toGroup = (pair) => go(...likePlays(groups.get(pair), left, right));
  return h(
    "div",
    { class: "card fields picker" },
    choice("Environment", environments, toGroup),
    choice("Sequence", sequences, toGroup),
    choice("A", options(left), (key) => go(byKey(key), right.key === key ? left : right)),
    swapButton(() => go(right, left)),
    choice("B", options(right), (key) => go(left.key === key ? right : left, byKey(key))),
  );
}

function go(left, right) {
  location.hash = address("compare", [left.key, right.key]);
}

/** Two plays as alike as can be to those that were looked at, among those of another sequence. */
function likePlays(plays, left, right) {
  const like = (row) => plays.find((each) => SIDES.every((name) => each[name] === row[name]));
  const a = like(left) ?? plays[0];
  const b = like(right);
  return [a, b && b !== a ? b : partner(plays, a)];
}

function swapButton(swap) {
  const name = "Swap A and B";
  const attributes = { type: "button", class: "icon", "aria-label": name, title: name };
  return h("button", { ...attributes, on: { click: swap } }, icon("swap"));
}

function drawName(row) {
  return [`${row.game} / ${row.latent}`, row.parameters].filter(Boolean).join("  ");
}

function seedName(row, groups) {
  return `seed ${row.seed} (${row.split}), ${groups.get(row.pair).length} plays`;
}

function playName(row) {
  return [row.agent, row.prompt, row.feedback, `ep${row.horizon}`, row.source].join(" · ");
}
