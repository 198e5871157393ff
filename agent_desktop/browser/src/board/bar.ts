// How the people of a queue are spent, as one stacked bar with its words.

import { h } from "../page/dom";
import type { QueueRow } from "../wire/shapes";
import { stateWord } from "../words/trade";

const PARTS = ["ready", "offered", "talking", "wrap_up", "not_ready"] as const;

export function staffBar(queue: QueueRow): HTMLElement {
  const parts = PARTS.map((state) => ({ state, n: queue[state] })).filter((part) => part.n > 0);
  const words = parts.map((part) => `${stateWord(part.state)} ${part.n}`).join(", ");
  return h("span", { class: "staff-bar", role: "img", "aria-label": words || "–", title: words },
    parts.map((part) => {
      const piece = h("span", { class: `staff-part s-${part.state}` }, part.n);
      piece.style.flexGrow = String(part.n);
      return piece;
    }));
}
