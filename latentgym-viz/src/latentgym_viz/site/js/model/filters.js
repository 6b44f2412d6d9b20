// Filters that narrow each other: an option counts the sequences that it would leave.

export const FACETS = [
  { name: "source", title: "Run", of: (row) => row.source },
  { name: "agent", title: "Agent", of: (row) => row.cast },
  { name: "game", title: "Environment", of: (row) => row.game },
  { name: "latent", title: "Latent", of: (row) => row.latent },
  { name: "prompt", title: "Prompt", of: (row) => row.prompt },
  { name: "feedback", title: "Feedback", of: (row) => row.feedback },
  { name: "horizon", title: "Tasks", of: (row) => String(row.horizon) },
  { name: "label", title: "Finding", of: (row) => row.labels },
  { name: "seed", title: "Seed", of: (row) => String(row.seed) },
];

const NONE = -1;
const SEVERAL = -2;

/** What an address asks for: a set of values for each facet, and words. */
export function readSelection(query) {
  const values = FACETS.map((facet) => new Set(query.getAll(facet.name)));
  const words = (query.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return { values, words };
}

/** The query of an address that asks for a selection. */
export function selectionQuery(selection) {
  const pairs = FACETS.flatMap((facet, i) => [...selection.values[i]].map((value) => [facet.name, value]));
  return selection.words.length ? [...pairs, ["q", selection.words.join(" ")]] : pairs;
}

/** The rows of a selection, and for each facet a map from value to count. */
export function select(rows, selection) {
  const counts = FACETS.map(() => new Map());
  const chosen = [];
  for (const row of rows) {
    if (!selection.words.every((word) => row.text.includes(word))) continue;
    const failing = failingFacet(row, selection);
    if (failing === NONE) {
      chosen.push(row);
      FACETS.forEach((facet, i) => count(counts[i], facet.of(row)));
    } else if (failing !== SEVERAL) {
      count(counts[failing], FACETS[failing].of(row));
    }
  }
  return { chosen, counts };
}

/** All values of a facet in the order they are offered. */
export function options(rows, facet) {
  const found = new Set(rows.flatMap((row) => facet.of(row)));
  return [...found].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** Position of the one facet that a row does not fit; a row counts there all the same. */
function failingFacet(row, selection) {
  let failing = NONE;
  for (let i = 0; i < FACETS.length; i += 1) {
    if (passes(FACETS[i].of(row), selection.values[i])) continue;
    if (failing !== NONE) return SEVERAL;
    failing = i;
  }
  return failing;
}

function passes(value, wanted) {
  if (wanted.size === 0) return true;
  return Array.isArray(value) ? value.some((each) => wanted.has(each)) : wanted.has(value);
}

function count(counts, value) {
  if (Array.isArray(value)) value.forEach((each) => counts.set(each, (counts.get(each) ?? 0) + 1));
  else counts.set(value, (counts.get(value) ?? 0) + 1);
}
