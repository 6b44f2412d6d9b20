// Hand-off: a slider for K shows who plays what, what the rest of the sequence earned, and the efficiencies.

import { data, h, put } from "../dom.js";
import { linkRow } from "../parts/choice.js";
import { efficiencyCards } from "../parts/efficiency.js";
import { empty, waiting } from "../parts/empty.js";
import { handOffPlay } from "../parts/hand_off_play.js";
import { address, replace } from "../route.js";
import { load } from "../source.js";

const INTRO =
  "A high reward can come from finding z out early or from using it well. " +
  "Handing a sequence over after K tasks takes the two apart.";

/** The page of all hand-off runs. */
export function handOffPage(app, route) {
  const title = h("h1", {}, "Hand-off");
  const element = h("div", { class: "page" }, title, waiting());
  const page = { title: "Hand-off", element, keys: {} };
  const read = (parts) =>
    load("data/handoffs.json").then(
      (reports) => put(element, title, content(app, page, reports, parts)),
      (error) => put(element, title, empty("The hand-offs cannot be read", error.message)),
    );
  page.refresh = () => read(page.route.parts);
  page.update = (next) => Boolean(read(next.parts));
  read(route.parts);
  return page;
}

function content(app, page, reports, [run, place]) {
  const report = reports.find((each) => String(each.run) === run) ?? reports[0];
  if (!report) {
    const command = "`latentgym handoff ID --a A --b B --c C --out DIR`";
    return empty("No hand-off run", `This page shows what ${command} measures.`);
  }
  return [
    h("p", { class: "intro" }, INTRO),
    reports.length > 1 ? runChoice(app, reports, report) : null,
    report.problem ? h("p", { class: "notice" }, report.problem) : null,
    measurement(app, page, report, Number(place)),
  ];
}

function measurement(app, page, report, place) {
  const { boundaries } = report;
  const run = app.index.runs[report.run].name;
  const cells = h("div", { class: "hand-offs" });
  const efficiencies = h("div", { class: "efficiencies" });
  const told = h("output", { class: "k" });
  const slider = h("input", {
    type: "range",
    min: 0,
    max: boundaries.length - 1,
    step: 1,
    value: Math.max(0, boundaries.indexOf(place)),
    "aria-label": "K, tasks before the hand-off",
    on: { input: show },
  });
  function show() {
    const k = boundaries[Number(slider.value)];
    const here = report.cells.filter((cell) => cell.boundary === k);
    slider.setAttribute("aria-valuetext", `after task ${k}`);
    put(told, `after task K = ${k}`);
    put(
      cells,
      here.map((cell) => handOffPlay(app.index, run, cell)),
    );
    put(efficiencies, efficiencyCards(app.index, report, k));
    replace(address("hand-off", [report.run, k]));
  }
  const step = (by) => () => {
    slider.value = Number(slider.value) + by;
    show();
  };
  page.keys = { ArrowLeft: step(-1), ArrowRight: step(1) };
  show();
  return [
    h(
      "section",
      { class: "card", "aria-label": "Who plays what" },
      h("p", { class: "told" }, data(report.env_id)),
      h("label", { class: "slider" }, h("span", {}, "Hand over"), slider, told),
      cells,
    ),
    efficiencies,
  ];
}

function runChoice(app, reports, chosen) {
  const links = reports.map((each) => ({
    name: app.index.runs[each.run].name,
    href: address("hand-off", [each.run]),
    isHere: each === chosen,
  }));
  return linkRow("Runs", links);
}
