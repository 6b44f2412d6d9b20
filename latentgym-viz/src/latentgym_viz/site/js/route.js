// Addresses: `#/page/part/part?name=value`. Each page, sequence, task and turn has one.

/** The parts of an address. */
export function parse(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [page = "", ...parts] = path.split("/").map(decoded);
  return { page, parts, query: new URLSearchParams(query) };
}

/** The address of a page; empty values are left out. */
export function address(page, parts = [], query = []) {
  const path = [page, ...parts].map((part) => encodeURIComponent(part)).join("/");
  const pairs = [...query].filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const tail = new URLSearchParams(pairs).toString();
  return `#/${path}${tail ? `?${tail}` : ""}`;
}

/** The address of a turn of a sequence; tasks and turns count from 0 here and from 1 in it. */
export function toSequence(key, cursor, query = []) {
  const place = cursor ? [cursor.task + 1, ...(cursor.turn === undefined ? [] : [cursor.turn + 1])] : [];
  return address("sequence", [key, ...place], query);
}

/** The address at which a sequence is watched from its beginning, with what comes hidden. */
export function toWatch(key) {
  return toSequence(key, { task: 0, turn: 0 }, [["watch", 1]]);
}

/** Task and turn of an address, from 0. */
export function cursorOf(parts) {
  return { task: position(parts[0]), turn: position(parts[1]) };
}

/** Change the address without a step in the history: a cursor that moves is no new page. */
export function replace(hash) {
  if (hash !== location.hash) history.replaceState(null, "", hash);
}

function position(part) {
  const found = Number.parseInt(part, 10);
  return Number.isFinite(found) && found > 0 ? found - 1 : 0;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
