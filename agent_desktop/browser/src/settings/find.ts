// Finds lines of a long list as one types; short lists need no such field.

import { h } from "../page/dom";
import { t } from "../words/i18n";

const LONG = 12; // lines; fewer are seen at once

/** In the order people count: queue 2 stands before queue 10. */
export const byCount = new Intl.Collator(undefined, { numeric: true }).compare;

/** A field that hides the lines without the words typed; null where the list is short. */
export function findField(label: string, lines: HTMLElement[]): HTMLElement | null {
  if (lines.length <= LONG) return null;
  const texts = lines.map((line) => (line.dataset["find"] ?? line.textContent ?? "").toLowerCase());
  const told = h("span", { class: "muted figures", role: "status" });
  const input = h("input", { type: "search", class: "form-control", placeholder: label, "aria-label": label });
  input.addEventListener("input", () => {
    const words = input.value.trim().toLowerCase().split(/\s+/);
    const found = lines.filter((line, at) => {
      const fits = words.every((word) => texts[at]?.includes(word));
      line.hidden = !fits;
      return fits;
    });
    told.textContent = input.value.trim() ? t("{n} of {all}", { n: found.length, all: lines.length }) : "";
  });
  return h("div", { class: "find-line" }, input, told);
}
