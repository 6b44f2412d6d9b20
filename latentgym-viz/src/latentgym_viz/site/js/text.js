// Text as people can read it, and numbers as they write them.

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g;
const DIRECTION = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/g;

/** The same text with a visible sign in the place of every control character. */
export function visible(text) {
  return String(text).replace(CONTROL, picture).replace(DIRECTION, named);
}

/** A long text cut to a length, with an ellipsis. */
export function excerpt(text, length) {
  const line = String(text).replace(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length).trimEnd()}…` : line;
}

/** A text as [before, quote, after]; null if it does not hold the quote. */
export function around(text, quote) {
  const start = quote ? text.indexOf(quote) : -1;
  if (start < 0) return null;
  return [text.slice(0, start), quote, text.slice(start + quote.length)];
}

/** A reward or a score: two or three decimals, a real minus sign; nothing for no number. */
export function number(value, decimals = 2) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "";
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** The same with a plus sign where it is positive. */
export function signed(value, decimals = 2) {
  const text = number(value, decimals);
  return value > 0 && Number(text) > 0 ? `+${text}` : text;
}

/** A share as a percentage. */
export function percent(value, decimals = 0) {
  const text = number(value === null || value === undefined ? null : value * 100, decimals);
  return text && `${text} %`;
}

/** [0.12, 0.34], or nothing if there is no interval. */
export function interval({ low, high }) {
  return low === null ? "" : `[${number(low)}, ${number(high)}]`;
}

/** 12,345 */
export function whole(value) {
  return value.toLocaleString("en");
}

/** "1 task", "3 tasks" */
export function counted(count, one, many = `${one}s`) {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

/** A name such as `number_guessing` in words. */
export function words(name) {
  return String(name).replaceAll("_", " ").replaceAll("+", " + ");
}

/** A JSON value on one line. */
export function plain(value) {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(plain).join(", ");
  if (typeof value === "number" && !Number.isInteger(value)) return String(Number(value.toPrecision(5)));
  return JSON.stringify(value) ?? "";
}

function picture(character) {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : named(character);
}

function named(character) {
  return `⟨${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
}
