// Redraws a place without taking the focus from the person's hands.

import { append, type Child } from "./dom";

/** Replace the children; the control with the same data-key keeps focus and what is typed. */
export function refill(place: Element, ...children: Child[]): void {
  const held = focusedKey(place);
  const typed = [...place.querySelectorAll<HTMLInputElement>("input[data-key]")]
    .map((input) => [input.dataset["key"] ?? "", input.value] as const);
  place.replaceChildren();
  append(place, children);
  for (const [key, value] of typed) {
    const input = place.querySelector<HTMLInputElement>(`input[data-key="${CSS.escape(key)}"]`);
    if (input) input.value = value;
  }
  if (!held) return;
  const next = place.querySelector<HTMLElement>(`[data-key="${CSS.escape(held)}"]`);
  next?.focus({ preventScroll: true });
}

function focusedKey(place: Element): string | null {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !place.contains(active)) return null;
  return active.dataset["key"] ?? null;
}

/** Run `draw` only when what it depends on has changed. */
export function onChange<Value>(draw: (value: Value) => void): (value: Value) => void {
  let last = "";
  return (value) => {
    const mark = JSON.stringify(value);
    if (mark === last) return;
    last = mark;
    draw(value);
  };
}
