// The index of all played sequences: columns as they are written, rows as they are used.

import { isHandOff } from "./choice.js";

/** Rows, runs, agents and environments of an index. */
export function readIndex(raw) {
  const colours = new Map(raw.agents.map((agent) => [agent.name, agent.colour]));
  const rows = raw.columns.key.map((_, i) => readRow(raw, i));
  return {
    version: raw.version,
    live: raw.live,
    runs: raw.runs,
    agents: raw.agents.map((agent) => agent.name),
    labels: raw.labels,
    rows,
    byKey: new Map(rows.map((row) => [row.key, row])),
    colour: (agent) => colours.get(agent) ?? "var(--edge)",
  };
}

function readRow(raw, i) {
  const at = (name) => raw.columns[name][i];
  const env = raw.envs[at("env")];
  const rewards = at("rewards");
  const run = raw.runs[at("run")].name;
  const variant = raw.variants[at("variant")];
  const agent = raw.agents[at("agent")].name;
  const labels = (at("labels") ?? []).map((label) => raw.labels[label]);
  const total = rewards.reduce((sum, each) => sum + each, 0);
  return {
    key: at("key"),
    position: i,
    source: raw.runs.length > 1 && variant ? `${run} · ${variant}` : variant || run,
    run,
    agent,
    cast: castOf(agent),
    env: env.id,
    game: env.game,
    latent: env.latent,
    prompt: env.prompt,
    feedback: env.feedback,
    horizon: env.horizon,
    parameters: env.parameters,
    seed: at("seed"),
    split: raw.splits[at("split")],
    pair: `${env.draw} ${raw.splits[at("split")]} ${at("seed")}`,
    draw: env.draw,
    rewards,
    turns: at("turns"),
    states: at("states"),
    invalid: at("invalid"),
    end: raw.ends[at("end")],
    analysed: at("labels") !== null,
    labels: labels.filter((label) => label.split("/")[0] !== "none"),
    total,
    reward: rewards.length ? total / rewards.length : null,
    gain: rewards.length > 1 ? rewards.at(-1) - rewards[0] : null,
    regret: at("regret"),
    score: at("score"),
    text: [agent, env.id, run, variant, at("seed"), ...labels].join(" ").toLowerCase(),
  };
}

/** Who played: of a hand-off both agents, whatever the boundary. */
function castOf(agent) {
  return isHandOff(agent) ? agent.replace(/@ep[0-9]+(\+notes)?$/, "") : agent;
}
