// Start: read the index, draw the frame, and show the page that the address names.

import { put } from "./dom.js";
import { frame } from "./frame.js";
import { listen } from "./keyboard.js";
import { follow } from "./live.js";
import { readIndex } from "./model/index.js";
import { parse } from "./route.js";
import { load } from "./source.js";
import { applyTheme } from "./theme.js";
import { empty } from "./parts/empty.js";
import { agentsPage } from "./pages/agents.js";
import { comparePage } from "./pages/compare.js";
import { environmentsPage } from "./pages/environments.js";
import { failuresPage } from "./pages/failures.js";
import { handOffPage } from "./pages/hand_off.js";
import { missingPage } from "./pages/missing.js";
import { overviewPage } from "./pages/overview.js";
import { sequencePage } from "./pages/sequence.js";
import { sequencesPage } from "./pages/sequences.js";

const PAGES = {
  "": sequencesPage,
  agents: agentsPage,
  failures: failuresPage,
  compare: comparePage,
  sequence: sequencePage,
  overview: overviewPage,
  environments: environmentsPage,
  "hand-off": handOffPage,
};

const main = document.getElementById("main");
const app = { index: null, truth: { shown: false }, lastList: "", page: null };

async function start() {
  applyTheme();
  app.index = readIndex(await load("data/index.json"));
  app.frame = frame(document.getElementById("top"), app);
  addEventListener("hashchange", () => open());
  listen(() => app.page?.keys ?? {});
  open();
  follow(app, refresh);
}

/** Show the page of the address: the one that is open if it can turn to it, else a new one. */
function open() {
  const route = parse(location.hash);
  const isSame = app.page?.route.page === route.page && app.page.update?.(route);
  if (!isSame) build(route);
  app.page.route = route;
  app.frame.show(route);
  document.title = `${app.page.title} · LatentGym`;
}

function build(route) {
  const isFirst = app.page === null;
  app.page?.leave?.();
  app.page = (PAGES[route.page] ?? missingPage)(app, route);
  put(main, app.page.element);
  if (isFirst) return;
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
}

/** The runs have grown: pages that list them draw themselves again. */
function refresh(raw) {
  app.index = readIndex(raw);
  app.frame.refresh();
  app.page.refresh?.();
}

start().catch((error) => {
  put(main, empty("The runs cannot be shown", error.message));
  throw error;
});
