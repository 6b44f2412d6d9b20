// Ask a server, as long as a run is being written, whether there is more.

import { load } from "./source.js";

const PAUSE = 2000; // milliseconds

/** Call `onGrowth(index)` whenever the runs have grown. */
export async function follow(app, onGrowth) {
  let state = await now();
  while (state?.live) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const next = await now();
    if (next && next.version !== app.index.version) onGrowth(await load("data/index.json"));
    state = next ?? state;
  }
}

/** The state of the site; null while nobody answers. */
async function now() {
  try {
    return await load("data/state.json");
  } catch {
    return null;
  }
}
