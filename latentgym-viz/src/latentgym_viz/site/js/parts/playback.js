// A player with its keys, for a page whose address follows the cursor.

import { nearest } from "../model/record.js";
import { player } from "./player.js";

/** The player, and what it adds to a page: keys, and turning to the place of a new address. */
export function playback({ steps, truth, ...options }) {
  const bar = player({ steps, ...options });
  const byTask = (by) => () => bar.toTask(bar.cursor.task + by);
  return {
    bar,
    keys: {
      ArrowLeft: byTask(-1),
      ArrowRight: byTask(1),
      ArrowUp: () => bar.step(-1),
      ArrowDown: () => bar.step(1),
      " ": () => bar.toggle(),
      g: () => truth.toggle(),
    },
    turnTo(cursor) {
      const wanted = nearest(steps, cursor);
      if (wanted !== bar.cursor) bar.toCursor(wanted);
      return true;
    },
  };
}
