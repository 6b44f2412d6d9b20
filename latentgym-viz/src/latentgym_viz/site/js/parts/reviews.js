// What people have written about a sequence, next to each other.

import { data, h } from "../dom.js";

/** A card of all reviews; null if there are none. */
export function reviewCard(reviews) {
  if (!reviews.length) return null;
  const rank = (review) => review.task_index ?? -1;
  const sorted = [...reviews].sort((a, b) => rank(a) - rank(b) || a.reviewer.localeCompare(b.reviewer));
  return h(
    "section",
    { class: "card reviews", "aria-label": "Reviews" },
    h("h2", {}, "Reviews"),
    h(
      "dl",
      { class: "facts" },
      sorted.map((review) => [
        h("dt", {}, where(review), data(review.reviewer)),
        h("dd", {}, remark(review)),
      ]),
    ),
  );
}

function where(review) {
  return Number.isInteger(review.task_index) ? `task ${review.task_index + 1}, ` : "";
}

function remark(review) {
  return [
    review.label ? h("span", { class: "badge" }, data(review.label)) : null,
    review.note ? data(` ${review.note}`) : null,
  ];
}
