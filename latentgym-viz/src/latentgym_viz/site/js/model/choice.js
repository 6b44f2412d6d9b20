// Choosing among played sequences: what belongs together, and which one to look at first.

/** Rows by a key, in the order of first appearance. */
export function groupBy(rows, of) {
  const groups = new Map();
  for (const row of rows) {
    const key = of(row);
    if (groups.has(key)) groups.get(key).push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** Mean of what is a number; null if nothing is. */
export function mean(values) {
  const known = values.filter((value) => Number.isFinite(value));
  return known.length ? known.reduce((sum, each) => sum + each, 0) / known.length : null;
}

/** Mean reward of each task, over the rows that have it. */
export function meanCurve(rows) {
  const length = Math.max(0, ...rows.map((row) => row.rewards.length));
  return Array.from({ length }, (_, task) => mean(rows.map((row) => row.rewards[task])));
}

/** The best, the median and the worst sequence by reward; fewer if there are not three. */
export function landmarks(rows) {
  const ranked = [...rows].sort((a, b) => b.reward - a.reward || a.position - b.position);
  const found = [
    ["best", ranked[0]],
    ["typical", ranked[Math.floor(ranked.length / 2)]],
    ["worst", ranked.at(-1)],
  ];
  return found.filter(([, row], i) => row && found.findIndex(([, other]) => other === row) === i);
}

/** Groups of plays of one drawn sequence that has at least two of them; those with two long ones first. */
export function pairs(rows) {
  const byLength = [...rows].sort((a, b) => b.horizon - a.horizon);
  const groups = [...groupBy(byLength, (row) => row.pair)].filter(([, plays]) => plays.length > 1);
  return new Map(groups.sort(([, a], [, b]) => b[1].horizon - a[1].horizon));
}

/** The play to set beside another: of the same environment if there is one, else any other. */
export function partner(plays, row) {
  const others = plays.filter((each) => each.key !== row.key);
  return others.find((each) => each.env === row.env && each.agent !== row.agent) ?? others[0] ?? null;
}

/** Whether a name is that of a hand-off, `A→B@epK`. */
export function isHandOff(agent) {
  return /.+→.+@ep[1-9][0-9]*(\+notes)?$/.test(agent);
}
