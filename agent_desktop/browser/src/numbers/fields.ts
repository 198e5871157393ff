// Small labelled controls that write straight into a piece of a plan.

import { h } from "../page/dom";
import { option } from "../page/parts";
import type { Options } from "./words";

let made = 0;

function labelled(label: string, control: HTMLElement, extra = ""): HTMLElement {
  control.id = `plan-field-${++made}`;
  return h("div", { class: `field ${extra}` }, h("label", { class: "form-label", for: control.id }, label), control);
}

export function choose(
  label: string, value: string | undefined, list: Options, set: (value: string) => void, key = "",
): HTMLElement {
  const missing = value && !list.some(([name]) => name === value);
  const select = h("select", { class: "form-select", data: { key: key || null },
    on: { change: () => set(select.value) } },
  (missing || !value) && option(value ?? "", value || "–", true),
  list.map(([name, words]) => option(name, words, name === value)));
  return labelled(label, select);
}

export function type(
  label: string, value: string | number | undefined, set: (value: string) => void,
  attributes: Record<string, unknown> = {},
): HTMLElement {
  const { wide, ...rest } = attributes;
  const input = h("input", { class: "form-control", value: value ?? "", maxlength: "200", autocomplete: "off",
    ...rest, on: { input: () => set(input.value.trim()) } });
  return labelled(label, input, wide ? "is-wide" : "");
}

export function tick(label: string, value: boolean, set: (value: boolean) => void): HTMLElement {
  const box = h("input", { type: "checkbox", class: "form-check-input", checked: value,
    on: { change: () => set(box.checked) } });
  return h("label", { class: "form-check plan-tick" }, box, h("span", {}, label));
}

/** Several of a few: the days of a week. */
export function ticks(
  label: string, values: string[], list: Options, set: (values: string[]) => void,
): HTMLElement {
  const chosen = new Set(values);
  return h("div", { class: "plan-ticks", role: "group", "aria-label": label }, list.map(([name, words]) =>
    tick(words, chosen.has(name), (on) => {
      if (on) chosen.add(name);
      else chosen.delete(name);
      set(list.map(([one]) => one).filter((one) => chosen.has(one)));
    })));
}

/** "+8621, 021" as a list. */
export const listed = (text: string) => text.split(/[\s,，、]+/).filter(Boolean);
