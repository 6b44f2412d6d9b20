// Where the data come from: the page itself, if it is a single file, or the folder it lies in.

/** The JSON at a path of the site. */
export async function load(path) {
  const element = document.getElementById(path);
  if (element) return JSON.parse(await embedded(element));
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} is not there (${response.status}).`);
  return response.json();
}

/** Run a script of the site, once. */
export function run(path) {
  scripts[path] ??= start(path);
  return scripts[path];
}

const scripts = {};

function start(path) {
  const element = document.createElement("script");
  const inline = document.getElementById(path);
  const started = new Promise((resolve, reject) => {
    if (inline) return resolve();
    element.addEventListener("load", resolve);
    element.addEventListener("error", () => reject(new Error(`${path} cannot be loaded.`)));
  });
  if (inline) element.textContent = inline.textContent;
  else element.src = path;
  document.head.append(element);
  return started;
}

async function embedded(element) {
  if (element.type !== "application/gzip") return element.textContent;
  const packed = Uint8Array.from(atob(element.textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}
