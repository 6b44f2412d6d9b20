// Light, dark, or as the system has it; remembered where the browser lets us.

const ORDER = ["auto", "light", "dark"];

/** A value kept from one visit to the next. */
export function recall(name, usual) {
  try {
    return localStorage.getItem(`latentgym.${name}`) ?? usual;
  } catch {
    return usual;
  }
}

/** Keep a value for the next visit. */
export function remember(name, value) {
  try {
    localStorage.setItem(`latentgym.${name}`, value);
  } catch {
    // A page that may keep nothing works all the same.
  }
}

/** Apply the remembered theme; returns its name. */
export function applyTheme(theme = recall("theme", "auto")) {
  document.documentElement.dataset.theme = theme;
  remember("theme", theme);
  return theme;
}

/** Go on to the next theme; returns its name. */
export function nextTheme() {
  const now = document.documentElement.dataset.theme;
  const theme = applyTheme(ORDER[(ORDER.indexOf(now) + 1) % ORDER.length]);
  document.dispatchEvent(new Event("theme"));
  return theme;
}

/** Whether the page is dark now. */
export function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}
