// Failure modes: what the detectors labelled, with the evidence one step away.

import { data, h, put } from "../dom.js";
import { choice, linkRow } from "../parts/choice.js";
import { empty, waiting } from "../parts/empty.js";
import { meaningOf } from "../parts/evidence.js";
import { agentMark, labelBadge, miniStrip } from "../parts/marks.js";
import { placeCell } from "../parts/sequence_table.js";
import { address, toSequence } from "../route.js";
import { load } from "../source.js";
import { counted, excerpt, whole, words } from "../text.js";

const FIRST = ["neglect", "breakdown", "miscalibration"];
const PAGE = 40; // findings
const INTRO =
  "What the detectors found. Each finding leads to the turn that shows it, with the words that show it marked.";
const UNSEEN =
  "The detectors have not looked at these runs. " +
  "`latentgym metrics RUN --inference` writes what they find next to the run.";

/** The findings of one mode. */
export function failuresPage(app, route) {
  const title = h("h1", {}, "Failure modes");
  const element = h("div", { class: "page" }, title, waiting());
  let findings = [];
  let shown = route;
  const page = {
    title: "Failure modes",
    element,
    keys: {},
    update(next) {
      shown = next;
      draw();
      return true;
    },
    refresh: read,
  };
  function read() {
    load("data/findings.json").then(
      (found) => {
        findings = found.filter((each) => app.index.byKey.has(each.key));
        draw();
      },
      (error) => put(element, title, empty("The findings cannot be read", error.message)),
    );
  }
  function draw() {
    put(element, title, findings.length ? list(app, findings, shown) : nothing(app));
  }
  read();
  return page;
}

function list(app, findings, route) {
  const modes = [...new Set([...FIRST, ...findings.map((each) => each.mode)])];
  const counts = modes.map((each) => findings.filter((finding) => finding.mode === each).length);
  const wanted = modes.indexOf(route.parts[0]);
  const mode = modes[wanted >= 0 ? wanted : counts.findIndex((count) => count > 0)];
  const agent = route.query.get("agent") ?? "";
  const ofMode = findings.filter((each) => each.mode === mode);
  const chosen = ofMode.filter((each) => !agent || app.index.byKey.get(each.key).agent === agent);
  app.list = { keys: [...new Set(chosen.map((each) => each.key))], hash: location.hash || "#/failures" };
  const links = modes.map((each, i) => ({
    name: words(each),
    href: address("failures", [each]),
    isHere: each === mode,
    count: whole(counts[i]),
  }));
  return [
    h("p", { class: "intro" }, INTRO),
    linkRow("Modes", links),
    h("div", { class: "head" }, h("p", {}, meaningOf(mode)), agentChoice(app, mode, ofMode, agent)),
    cards(app, chosen),
  ];
}

function agentChoice(app, mode, findings, agent) {
  const agents = [...new Set(findings.map((each) => app.index.byKey.get(each.key).agent))].sort();
  const options = [["", "all agents", !agent], ...agents.map((each) => [each, each, each === agent])];
  const go = (wanted) => (location.hash = address("failures", [mode], [["agent", wanted]]));
  return choice("Agent", options, go);
}

function cards(app, findings) {
  if (!findings.length) return h("p", { class: "empty" }, "No sequence was labelled so.");
  const list = h("ul", { class: "finding-list" });
  const more = h("button", { type: "button", class: "more", on: { click: add } });
  function add() {
    const start = list.childElementCount;
    list.append(...findings.slice(start, start + PAGE).map((each) => h("li", {}, card(app, each))));
    const left = findings.length - list.childElementCount;
    more.hidden = left <= 0;
    more.textContent = `Show ${counted(Math.min(PAGE, left), "more finding")}`;
  }
  add();
  return [list, more];
}

function card(app, finding) {
  const row = app.index.byKey.get(finding.key);
  const cursor = Number.isInteger(finding.task) ? { task: finding.task, turn: finding.turn ?? 0 } : undefined;
  return h(
    "a",
    { class: "card finding-card", href: toSequence(row.key, cursor) },
    h(
      "span",
      { class: "finding-head" },
      agentMark(app.index, row.agent),
      labelBadge([finding.mode, finding.kind].filter(Boolean).join("/")),
    ),
    h("span", {}, placeCell(null, row)),
    miniStrip(row),
    finding.sentence ? h("span", { class: "sentence" }, data(finding.sentence)) : null,
    finding.quote ? h("span", { class: "quote" }, data(excerpt(finding.quote, 140))) : null,
  );
}

function nothing(app) {
  const analysed = app.index.rows.filter((row) => row.analysed).length;
  if (!analysed) return empty("No analysis yet", UNSEEN);
  return empty("Nothing was found", `${counted(analysed, "sequence")} analysed, none of them labelled.`);
}
