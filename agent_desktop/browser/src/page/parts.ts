// Small parts that every page is made of: chips, buttons, faces, empty places.

import { initials } from "../words/format";
import { stateIcon, stateWord } from "../words/trade";
import { type Attributes, type Child, h, icon } from "./dom";

/** A state in its colour, its shape and its word. */
export function stateChip(state: string, word = stateWord(state), ...more: Child[]): HTMLElement {
  return h("span", { class: `chip s-${state}` }, icon(stateIcon(state)), h("span", {}, word), more);
}

export function chip(state: string, iconName: string | null, ...children: Child[]): HTMLElement {
  return h("span", { class: `chip s-${state}` }, iconName && icon(iconName), h("span", {}, children));
}

export function button(
  label: Child, iconName: string | null, onClick: () => void, attributes: Attributes = {},
): HTMLButtonElement {
  const { class: extra = "", ...rest } = attributes;
  return h("button", { type: "button", class: `btn ${String(extra)}`.trim(), on: { click: onClick }, ...rest },
    iconName && icon(iconName), label);
}

/** The button of a form: Enter in any of its fields presses it. */
export function submitButton(
  label: Child, iconName: string, attributes: Attributes = {},
): HTMLButtonElement {
  return button(label, iconName, () => undefined, { ...attributes, type: "submit" });
}

/** A button that shows only its icon; the label is read out and shown on hover. */
export function iconButton(
  label: string, iconName: string, onClick: () => void, attributes: Attributes = {},
): HTMLButtonElement {
  const { class: extra = "", ...rest } = attributes;
  return h("button", {
    type: "button", class: `btn btn-icon ${String(extra)}`, "aria-label": label, title: label,
    on: { click: onClick }, ...rest,
  }, icon(iconName));
}

export function face(name: string, extra = ""): HTMLElement {
  return h("span", { class: `face ${extra}`, "aria-hidden": "true" }, initials(name));
}

export function key(name: string): HTMLElement {
  return h("kbd", {}, name);
}

/** What a list shows when there is nothing: a word, and what to do about it. */
export function empty(iconName: string, title: string, advice = "", ...act: Child[]): HTMLElement {
  return h("div", { class: "empty-place" }, icon(iconName), h("p", { class: "nothing-title" }, title),
    advice && h("p", { class: "nothing-advice" }, advice), act);
}

/** Grey bars in the shape of the rows that will come. */
export function skeleton(rows: number, kind = "row"): HTMLElement {
  return h("div", { class: "skeleton", "aria-hidden": "true" },
    Array.from({ length: rows }, () => h("div", { class: `skeleton-${kind}` })));
}

export function field(label: string, control: HTMLElement, hint: Child = null): HTMLElement {
  const id = control.id || `field-${++fields}`;
  control.id = id;
  return h("div", { class: "field" }, h("label", { for: id, class: "form-label" }, label), control,
    hint && h("div", { class: "form-hint" }, hint));
}

let fields = 0;

export function option(value: string, label: string, chosen = false): HTMLOptionElement {
  return h("option", { value, selected: chosen }, label);
}
