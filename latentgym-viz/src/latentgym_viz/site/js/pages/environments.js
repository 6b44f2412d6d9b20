// The gallery: every registered core env, with its rules, its latents, and a play to watch.

import { data, h, put } from "../dom.js";
import { groupBy, landmarks } from "../model/choice.js";
import { empty, waiting } from "../parts/empty.js";
import { facts } from "../parts/facts.js";
import { icon } from "../parts/icons.js";
import { longText } from "../parts/long_text.js";
import { address, toWatch } from "../route.js";
import { load } from "../source.js";
import { counted, words } from "../text.js";

const INTRO =
  "An environment is a core env with a latent, a prompt, a feedback and a number of tasks. " +
  "These are installed here.";
const TIERS = ["easy", "medium", "hard", "very_hard"];

/** The page of all environments. */
export function environmentsPage(app) {
  const title = h("h1", {}, "Environments");
  const element = h("div", { class: "page" }, title, waiting());
  load("data/gallery.json").then(
    (gallery) => put(element, title, gallerySections(app, gallery)),
    (error) => put(element, title, empty("The gallery cannot be read", error.message)),
  );
  return { title: "Environments", element, keys: {} };
}

function gallerySections(app, gallery) {
  const failures = gallery.failures.map((each) => h("li", {}, data(`${each.plugin}: ${each.message}`)));
  const cards = gallery.games.map((game) => h("li", {}, gameCard(app, game)));
  const named = (title, found) =>
    h(
      "section",
      { class: "card" },
      h("h2", {}, title),
      facts(found.map((each) => [each.name, each.summary])),
    );
  return [
    h("p", { class: "intro" }, INTRO),
    failures.length ? h("ul", { class: "notice" }, failures) : null,
    h("ul", { class: "cards games" }, cards),
    h(
      "div",
      { class: "columns even" },
      named("Prompts", gallery.prompts),
      named("Feedbacks", gallery.feedbacks),
    ),
  ];
}

function gameCard(app, game) {
  const rows = app.index.rows.filter((row) => row.game.split("+").includes(game.name));
  const typical = landmarks(rows).find(([name]) => name === "typical") ?? landmarks(rows)[0];
  return h(
    "article",
    { class: "card game", id: `game-${game.name}` },
    h(
      "header",
      { class: "head" },
      h("h2", {}, data(words(game.name))),
      h("span", { class: "small soft" }, data(game.origin)),
    ),
    h("p", {}, data(game.summary)),
    game.problem ? h("p", { class: "notice" }, data(game.problem)) : null,
    game.rules ? h("details", { class: "rules" }, h("summary", {}, "Rules"), longText(game.rules)) : null,
    game.latents ? tiers(game.latents) : null,
    game.parameters?.length ? folded("Rule parameters", game.parameters.map(parameterLine)) : null,
    h(
      "footer",
      { class: "tools" },
      typical ? watchLinks(rows, typical[1]) : h("span", { class: "small soft" }, "Not played in these runs"),
    ),
  );
}

function watchLinks(rows, row) {
  const table = address("", [], [["game", row.game]]);
  return [
    h("a", { class: "button", href: toWatch(row.key) }, icon("play"), "Watch a play"),
    h("a", { class: "button quiet", href: table }, counted(rows.length, "sequence")),
  ];
}

function tiers(latents) {
  const presets = groupBy(
    latents.filter((latent) => latent.preset),
    (latent) => latent.tier,
  );
  const shown = TIERS.map((tier) => [words(tier), presets.get(tier) ?? []]);
  const all = [...shown, ["open families", latents.filter((latent) => !latent.preset)]];
  const some = all.filter(([, found]) => found.length);
  return h(
    "div",
    { class: "tiers" },
    some.map(([title, found]) => folded(title, found.map(latentLine))),
  );
}

function latentLine(latent) {
  return [latent.name, `${latent.refusal || latent.summary} (${words(latent.structure)})`];
}

function parameterLine(parameter) {
  return [`${parameter.name} = ${parameter.default}`, parameter.meaning];
}

function folded(title, pairs) {
  const heading = h("summary", {}, `${title} `, h("span", { class: "soft" }, pairs.length));
  return h("details", {}, heading, facts(pairs));
}
