// An efficiency at one K: in words, as a number with its interval, and over all K.

import { h } from "../dom.js";
import { number, percent, signed } from "../text.js";
import { efficiencyCurve } from "./efficiency_curve.js";
import { agentMark } from "./marks.js";

const EXPLAINED = {
  exploration: "Whose first tasks are worth more to the same successor",
  exploitation: "Who makes more of the same first tasks",
  notes: "What notes are worth in place of the whole history",
};
const SUBJECT = ["kind", "explorer", "exploiter", "baseline", "handed"];

/** A card for each kind of efficiency that a report has at one K. */
export function efficiencyCards(index, report, k) {
  const found = report.efficiencies.filter((each) => each.boundary === k);
  const kinds = [...new Set(found.map((each) => each.kind))];
  return kinds.map((kind) =>
    h(
      "section",
      { class: "card efficiency" },
      h("h2", {}, kind[0].toUpperCase() + kind.slice(1)),
      h("p", { class: "small soft" }, EXPLAINED[kind]),
      found.filter((each) => each.kind === kind).map((each) => measured(index, report, each)),
    ),
  );
}

function measured(index, report, each) {
  const { value, low, high } = each.estimate;
  const inPercent = (share) => `${signed(share * 100, 1)} %`;
  const known = value === null ? "–" : inPercent(value);
  const range = low === null ? "" : ` [${inPercent(low)}, ${inPercent(high)}]`;
  const sums = `tail sums ${number(each.total)} and ${number(each.baseline_total)}`;
  const pairs = `${each.num_sequences} paired sequences, ${each.num_failed} failed`;
  const same = report.efficiencies.filter((other) => SUBJECT.every((name) => other[name] === each[name]));
  const inQuestion = each.kind === "exploitation" ? each.exploiter : each.explorer;
  return h(
    "div",
    { class: "measured" },
    h("p", { class: "sentence" }, sentence(index, each)),
    h("p", { class: "big" }, known, h("span", { class: "small soft" }, range)),
    h(
      "p",
      { class: "small soft" },
      `${percent(report.confidence)} interval over ${pairs}; ${sums}. `,
      each.undefined,
    ),
    efficiencyCurve(same, each.boundary, index.colour(inQuestion)),
  );
}

function sentence(index, { kind, explorer, exploiter, baseline }) {
  const [first, second, other] = [explorer, exploiter, baseline].map((agent) => agentMark(index, agent));
  if (kind === "notes") return [first, " → ", second, " by notes"];
  if (kind === "exploration") return [first, " instead of ", other, " explores for ", second];
  return [second, " instead of ", other, " exploits what ", first, " found"];
}
