// Agents: pick one and watch it play.

import { data, h, put } from "../dom.js";
import { groupBy, isHandOff, landmarks, mean, meanCurve } from "../model/choice.js";
import { linkRow } from "../parts/choice.js";
import { curve } from "../parts/curve.js";
import { icon } from "../parts/icons.js";
import { agentMark, miniStrip } from "../parts/marks.js";
import { address, toWatch } from "../route.js";
import { counted, number, signed, whole } from "../text.js";

const INTRO = "Pick an agent and watch it play: turn by turn, with what comes next hidden until it happens.";
const WATCH = { best: "Watch the best one", typical: "Watch a typical one", worst: "Watch the worst one" };
const CONDITION = ["latent", "prompt", "feedback", "horizon", "parameters"];
const MOST = 24; // plays shown of one condition

/** All agents, or what one of them has played. */
export function agentsPage(app, route) {
  const element = h("div", { class: "page" });
  let shown = route;
  const page = {
    title: route.parts[0] ?? "Agents",
    element,
    keys: {},
    update(next) {
      shown = next;
      page.title = next.parts[0] ?? "Agents";
      draw();
      return true;
    },
    refresh: draw,
  };
  function draw() {
    const [agent] = shown.parts;
    const rows = app.index.rows.filter((row) => row.agent === agent);
    put(element, rows.length ? plays(app, agent, rows, shown.query) : everybody(app));
  }
  draw();
  return page;
}

function everybody(app) {
  const own = app.index.rows.filter((row) => !isHandOff(row.agent));
  const groups = groupBy(own, (row) => row.agent);
  const cards = [...groups].map(([agent, rows]) => h("li", {}, agentCard(app.index, agent, rows)));
  return [h("h1", {}, "Agents"), h("p", { class: "intro" }, INTRO), h("ul", { class: "cards" }, cards)];
}

function agentCard(index, agent, rows) {
  const shown = longest(rows);
  const told = `${counted(shown.length, "sequence")} of ${counted(shown[0].horizon, "task")}`;
  return h(
    "a",
    { class: "card agent-card", href: address("agents", [agent]) },
    h("h2", {}, agentMark(index, agent)),
    curve(meanCurve(shown), index.colour(agent)),
    h(
      "dl",
      { class: "figures" },
      figure("sequences", whole(rows.length)),
      figure("reward per task", number(mean(rows.map((row) => row.reward)), 3)),
      figure("gain", signed(mean(rows.map((row) => row.gain)))),
    ),
    h("p", { class: "small soft" }, `Curve: mean reward of ${told}`),
  );
}

function figure(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value || "–"));
}

function plays(app, agent, rows, query) {
  const games = groupBy(rows, (row) => row.game);
  const game = games.has(query.get("game")) ? query.get("game") : games.keys().next().value;
  const inGame = games.get(game);
  const conditions = groupBy(inGame, (row) => CONDITION.map((name) => row[name]).join(" "));
  const links = [...games].map(([name, found]) => ({
    name,
    href: address("agents", [agent], [["game", name]]),
    isHere: name === game,
    count: found.length,
  }));
  const watched = landmarks(longest(inGame)).map(([name, row]) => {
    const kind = name === "typical" ? "button primary" : "button";
    return h("a", { class: kind, href: toWatch(row.key) }, icon("play"), WATCH[name]);
  });
  return [
    h(
      "p",
      { class: "crumbs small" },
      h("a", { href: address("agents") }, "All agents"),
      h("a", { href: address("", [], [["agent", agent]]) }, "In the table"),
    ),
    h("h1", {}, agentMark(app.index, agent)),
    linkRow("Environments", links),
    h("div", { class: "watch-first" }, watched),
    [...conditions.values()].map(condition),
  ];
}

/** The sequences with most tasks, which show most of an agent. */
function longest(rows) {
  const most = Math.max(...rows.map((row) => row.horizon));
  return rows.filter((row) => row.horizon === most);
}

function condition(rows) {
  const [first] = rows;
  const told = [first.prompt, first.feedback, counted(first.horizon, "task"), first.parameters];
  const shown = rows.slice(0, MOST);
  const more = rows.length - shown.length;
  return h(
    "section",
    { class: "condition" },
    h(
      "div",
      {},
      h("h2", {}, data(first.latent)),
      h("p", { class: "small soft" }, data(told.filter(Boolean).join(" · "))),
    ),
    h(
      "ul",
      { class: "plays" },
      shown.map((row) => h("li", {}, play(row))),
      more ? h("li", { class: "small soft" }, `and ${more} more in the table`) : null,
    ),
  );
}

function play(row) {
  const name = `Watch seed ${row.seed}, reward per task ${number(row.reward)}`;
  const seed = h("span", { class: "small soft" }, `seed ${row.seed}`);
  const attributes = { href: toWatch(row.key), class: "play", "aria-label": name };
  return h("a", attributes, seed, miniStrip(row), number(row.reward));
}
