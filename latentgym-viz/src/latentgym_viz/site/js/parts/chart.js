// A chart of the reports, drawn here when it comes near, in the colours of the page.

import { h } from "../dom.js";
import { isDark } from "../theme.js";

const OPTIONS = { ast: true, actions: false, renderer: "svg", defaultStyle: false };

/** Marks without a name are decoration beside the chart's description: not for screen readers. */
function hideUnnamed(canvas) {
  for (const mark of canvas.querySelectorAll("[role=graphics-symbol]:not([aria-label])")) {
    mark.removeAttribute("role");
    mark.setAttribute("aria-hidden", "true");
  }
}

/** A figure; `draw()` draws it, or draws it again in another theme. Needs `vega.js`. */
export function chart(key, spec, themes) {
  const { title = key, caption = spec.description ?? "", section = "" } = spec.usermeta ?? {};
  const canvas = h("div", { class: "canvas" });
  const element = h(
    "figure",
    { class: "card chart", id: `chart-${key}` },
    h("h3", {}, title),
    h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": title }, canvas),
    h("figcaption", { class: "small soft" }, caption),
  );
  const drawn = {
    element,
    section,
    view: null,
    async draw() {
      drawn.view?.finalize();
      const theme = isDark() ? "dark" : "light";
      const config = themes[theme] ?? spec.config;
      drawn.view = await vegaEmbed(canvas, { ...spec, config }, { ...OPTIONS, tooltip: { theme } });
      hideUnnamed(canvas);
      if (canvas.scrollWidth > canvas.clientWidth) element.classList.add("wide");
    },
  };
  return drawn;
}
