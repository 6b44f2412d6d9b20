// Icons, drawn here so that nothing has to be fetched.

import { s } from "../dom.js";

const PATHS = {
  play: "M7 4.5v15l12-7.5z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  next: "M6 5v14l9-7zM16 5h2.5v14H16z",
  previous: "M18 5v14l-9-7zM5.500 5H8v14H5.500z",
  first: "M20 5v14l-8-7zM11 5v14l-8-7z",
  eye: "M12 5C6 5 2.500 10 1.500 12 2.500 14 6 19 12 19s9.500-5 10.500-7C21.500 10 18 5 12 5zm0 11.500a4.500 4.500 0 1 1 0-9 4.500 4.500 0 0 1 0 9zm0-2.300a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400z",
  theme: "M12 3a9 9 0 1 0 0 18zM12 1.500a10.500 10.500 0 1 1 0 21 10.500 10.500 0 0 1 0-21z",
  swap: "M7 4 2.500 8.500 7 13v-3h9V7H7zM17 11v3H8v3h9v3l4.500-4.500z",
};

/** A filled icon; what it stands for is said by the button around it. */
export function icon(name) {
  return s(
    "svg",
    { viewBox: "0 0 24 24", "aria-hidden": "true", fill: "currentColor" },
    s("path", { d: PATHS[name] }),
  );
}

/** The sign of the site. */
export function brandMark() {
  const bars = [
    [1, 9, 6, "var(--brand-1)"],
    [6, 6, 9, "var(--brand-2)"],
    [11, 2, 13, "var(--brand-3)"],
  ];
  const drawn = bars.map(([x, y, height, fill]) => s("rect", { x, y, width: 4, height, rx: 1, fill }));
  return s("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, drawn);
}
