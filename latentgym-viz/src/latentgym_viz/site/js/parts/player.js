// Step, play, speed: moves a cursor through the steps of one sequence, or of two at once.

import { h, put } from "../dom.js";
import { nearest } from "../model/record.js";
import { recall, remember } from "../theme.js";
import { icon } from "./icons.js";

const SPEEDS = [0.5, 1, 2, 4, 8];
const PAUSE = 1400; // milliseconds from turn to turn at speed 1

/** A player bar. `onMove(cursor, hides)` hears of every step; `tellPlace(cursor, hides)` says it in words. */
export function player({ steps, start, hides, onMove, tellPlace }) {
  let at = steps.indexOf(nearest(steps, start));
  let hiding = hides;
  let timer = null;
  let speed = Number(recall("speed", "1"));

  const toggle = button("play", "Play", () => (timer ? pause() : play()), "primary");
  const back = button("previous", "One turn back", () => step(-1));
  const on = button("next", "One turn on", () => step(1));
  const place = h("output", { class: "place" });
  const hide = h("input", { type: "checkbox", on: { change: () => setHiding(hide.checked) } });
  const pace = h(
    "select",
    { "aria-label": "Speed", on: { change: () => setSpeed(Number(pace.value)) } },
    SPEEDS.map((each) => h("option", { value: each, selected: each === speed }, `${each}×`)),
  );
  const element = h(
    "div",
    { class: "player", role: "group", "aria-label": "Player" },
    h(
      "div",
      { class: "tools" },
      button("first", "To the beginning", () => go(0)),
      back,
      toggle,
      on,
    ),
    pace,
    place,
    h("label", { class: "hide small" }, hide, "Hide what comes"),
  );

  function go(position) {
    at = Math.max(0, Math.min(steps.length - 1, position));
    show();
    onMove(steps[at], hiding);
  }
  function step(by) {
    if (timer) pause();
    go(at + by);
  }
  function play() {
    hiding = true;
    if (at === steps.length - 1) go(0);
    else go(at);
    timer = setTimeout(tick, PAUSE / speed);
    show();
  }
  function tick() {
    go(at + 1);
    timer = at < steps.length - 1 ? setTimeout(tick, PAUSE / speed) : null;
    show();
  }
  function pause() {
    clearTimeout(timer);
    timer = null;
    show();
  }
  function setHiding(wanted) {
    hiding = wanted;
    go(at);
  }
  function setSpeed(wanted) {
    speed = wanted;
    remember("speed", String(wanted));
  }
  function show() {
    put(toggle, icon(timer ? "pause" : "play"), timer ? "Pause" : "Play");
    toggle.setAttribute("aria-label", timer ? "Pause" : "Play");
    back.disabled = at === 0;
    on.disabled = at === steps.length - 1;
    hide.checked = hiding;
    place.textContent = tellPlace(steps[at], hiding);
  }

  return {
    element,
    start: () => go(at),
    stop: pause,
    step,
    toggle: () => (timer ? pause() : play()),
    toTask(task) {
      if (timer) pause();
      const position = steps.findIndex((each) => each.task === task);
      if (position >= 0) go(position);
    },
    toCursor: (cursor) => go(steps.indexOf(nearest(steps, cursor))),
    get cursor() {
      return steps[at];
    },
  };
}

function button(name, label, act, kind = "") {
  const text = kind ? label : null;
  const attributes = { type: "button", class: kind || "icon", "aria-label": label, title: label };
  return h("button", { ...attributes, on: { click: act } }, icon(name), text);
}
