// Which small plots a sequence has: rewards and turns always, the rest where there is an analysis.

/** Panels for one record, or for two whose colours tell them apart. */
export function panelsOf(records, colours, numTasks) {
  const spans = Array.from({ length: numTasks }, (_, task) =>
    Math.max(1, ...records.map((record) => record.tasks[task]?.turns.length ?? 0)),
  );
  const both = records.length > 1;
  const series = (of, kind, more = {}) =>
    records
      .map((record, i) => ({
        name: both ? "AB"[i] : "",
        colour: colours[i],
        kind,
        points: of(record),
        ...more,
      }))
      .filter((each) => each.points.length);
  const panels = [
    { title: "Reward per task", domain: rewardDomain(records), series: series(rewards, "dots") },
    { title: "Turns per task", series: series(turnCounts, "bars", { decimals: 0 }) },
    { title: "Entropy of z, bits", series: series((record) => entropy(record, spans), "line") },
    { title: "log₂ P(true z)", series: series((record) => running(record, spans, "log2_prob_z"), "line") },
    ...gaps(records, series),
  ];
  return panels.filter((panel) => panel.series.length && numTasks > 0);
}

function gaps(records, series) {
  const information = perTask("information_gap");
  const exploitation = perTask("exploitation_gap");
  if (records.length > 1) {
    return [
      { title: "Information gap", series: series(information, "bars", { decimals: 3 }) },
      { title: "Exploitation gap", series: series(exploitation, "bars", { decimals: 3 }) },
    ];
  }
  const [record] = records;
  const drawn = [
    { name: "information", colour: "var(--gap-1)", kind: "bars", decimals: 3, points: information(record) },
    { name: "exploitation", colour: "var(--gap-2)", kind: "bars", decimals: 3, points: exploitation(record) },
  ];
  return [{ title: "Gap to the oracle", series: drawn.filter((each) => each.points.length) }];
}

function rewards(record) {
  return record.tasks.filter((task) => task.outcome).map((task) => [task.index + 0.5, task.outcome.reward]);
}

function turnCounts(record) {
  return record.tasks.filter((task) => task.outcome).map((task) => [task.index, task.outcome.turns]);
}

function perTask(name) {
  return (record) =>
    record.tasks
      .filter((task) => Number.isFinite(task.analysis?.[name]))
      .map((task) => [task.index, task.analysis[name]]);
}

function entropy(record, spans) {
  const before = record.analysis?.prior_entropy;
  const points = running(record, spans, "entropy", "entropy_after");
  return Number.isFinite(before) && points.length ? [[0, before], ...points] : points;
}

/** A quantity after every turn where it is known, else after every task; a task is as wide as its longest play. */
function running(record, spans, name, taskName = name) {
  return record.tasks.flatMap((task) => {
    const turns = task.turns.filter((turn) => Number.isFinite(turn.analysis?.[name]));
    const inTask = turns.map((turn) => [
      task.index + (turn.turn_index + 1) / spans[task.index],
      turn.analysis[name],
    ]);
    const after = task.analysis?.[taskName];
    if (!Number.isFinite(after)) return inTask;
    return [...inTask.filter(([place]) => place < task.index + 1), [task.index + 1, after]];
  });
}

function rewardDomain(records) {
  const all = records.flatMap((record) => rewards(record).map(([, reward]) => reward));
  return [Math.min(0, ...all), Math.max(1, ...all)];
}
