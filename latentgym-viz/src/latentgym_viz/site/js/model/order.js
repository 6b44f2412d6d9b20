// Orders of the table. A row without a value comes last, whichever way the order runs.

export const ORDERS = {
  agent: (row) => row.agent,
  env: (row) => row.env,
  seed: (row) => row.seed,
  reward: (row) => row.reward,
  gain: (row) => row.gain,
  regret: (row) => row.regret,
  score: (row) => row.score,
  label: (row) => row.labels[0] ?? null,
};

/** The order an address asks for, as in `-gain`; that of the files if it names none. */
export function readOrder(text) {
  const name = (text ?? "").replace(/^-/, "");
  return Object.hasOwn(ORDERS, name) ? { name, down: text.startsWith("-") } : { name: "", down: false };
}

/** The order as an address writes it. */
export function orderText(order) {
  return order.name && (order.down ? "-" : "") + order.name;
}

/** A sorted copy. */
export function inOrder(rows, order) {
  const of = ORDERS[order.name];
  if (!of) return rows;
  const sign = order.down ? -1 : 1;
  return [...rows].sort((a, b) => compare(of(a), of(b), sign) || a.position - b.position);
}

function compare(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  if (typeof a === "number") return sign * (a - b);
  return sign * String(a).localeCompare(String(b), "en", { numeric: true });
}
