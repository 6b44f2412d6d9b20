// One played sequence, sorted into tasks and turns.

/** A sequence as the site sends it, in the shape pages use. */
export function readRecord(raw) {
  const { trajectory, analysis } = raw;
  const turns = (trajectory.turns ?? []).map((turn) => ({ event: {}, facts: {}, ...turn }));
  const judged = new Map(
    (analysis?.turns ?? []).map((each) => [`${each.task_index} ${each.turn_index}`, each]),
  );
  for (const turn of turns) turn.analysis = judged.get(`${turn.task_index} ${turn.turn_index}`) ?? null;
  const tasks = trajectory.tasks.map((truth, index) => ({
    index,
    truth,
    game: trajectory.core_envs[index],
    outcome: trajectory.outcomes?.[index] ?? null,
    turns: turns.filter((turn) => turn.task_index === index),
    analysis: analysis?.tasks?.find((each) => each.index === index) ?? null,
  }));
  const players = new Set(turns.map((turn) => turn.agent || trajectory.agent));
  return {
    key: raw.key,
    trajectory,
    analysis,
    turns,
    tasks,
    players,
    opening: trajectory.opening ?? [],
    reviews: raw.reviews ?? [],
  };
}

/** Every place a player can stop at, in order. */
export function stepsOf(records) {
  const numTasks = Math.max(...records.map((record) => record.tasks.length));
  return Array.from({ length: numTasks }, (_, task) => {
    const longest = Math.max(1, ...records.map((record) => record.tasks[task]?.turns.length ?? 0));
    return Array.from({ length: longest }, (_, turn) => ({ task, turn }));
  }).flat();
}

/** A place that exists, as near as can be to one that was asked for. */
export function nearest(steps, cursor) {
  const last = steps.at(-1);
  if (!last) return { task: 0, turn: 0 };
  const inTask = steps.filter((step) => step.task === cursor.task);
  if (!inTask.length) return last;
  return inTask[Math.min(cursor.turn, inTask.length - 1)];
}

/** Where a cursor is, in words; how long a task takes is not told before it is over. */
export function placeOf(record, cursor, hides) {
  const { length } = record.tasks[cursor.task].turns;
  const turn = Math.min(length, cursor.turn + 1);
  const task = `task ${cursor.task + 1} of ${record.tasks.length}`;
  return `${task}, turn ${turn}${hides ? "" : ` of ${length}`}`;
}

/** Who played a turn. */
export function playerOf(record, turn) {
  return turn.agent || record.trajectory.agent;
}

/** Sum of what was reported of a kind of token; null if nothing was. */
export function tokens(record, kind) {
  const found = record.turns.map((turn) => turn.usage?.[kind]).filter((each) => Number.isFinite(each));
  return found.length ? found.reduce((sum, each) => sum + each, 0) : null;
}
