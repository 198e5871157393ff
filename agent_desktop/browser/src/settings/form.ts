// A form bound to a document: each field knows its path, shows its problems and tells a change.

import { type Attributes, type Child, fill, h, icon } from "../page/dom";
import { option } from "../page/parts";
import type { Problem } from "./shapes";
import { type Choices, problemWords } from "./words";

interface FieldHow {
  hint?: Child;
  attributes?: Attributes;
  wide?: boolean;
}

export class Form {
  private readonly places = new Map<string, { control: HTMLElement; told: HTMLElement }>();
  private problems: Problem[] = [];

  constructor(
    public document: object, // a copy of its own, changed by the fields
    private readonly changed: () => void,
    private readonly locked: boolean,
  ) {}

  get(path: string): unknown {
    let value: unknown = this.document;
    for (const part of path.split(".")) value = (value as Record<string, unknown> | null)?.[part];
    return value;
  }

  set(path: string, value: unknown): void {
    const parts = path.split(".");
    const last = parts.pop() ?? "";
    const holder = parts.reduce<unknown>((held, part) => (held as Record<string, unknown>)[part],
      this.document) as Record<string, unknown>;
    holder[last] = value;
    this.changed();
  }

  text(path: string, label: string, how: FieldHow = {}): HTMLElement {
    const input = h("input", { class: "form-control", value: String(this.get(path) ?? ""),
      maxlength: "80", autocomplete: "off", ...how.attributes });
    input.addEventListener("input", () => this.set(path, input.value));
    return this.field(path, label, input, how);
  }

  /** A whole number or a share; an empty field is null where `none` says what that means. */
  number(path: string, label: string, unit = "", how: FieldHow & { none?: string; scale?: number } = {},
  ): HTMLElement {
    const { none, scale = 1 } = how;
    const value = this.get(path) as number | null;
    const input = h("input", { class: "form-control figures", type: "number", step: "any",
      value: value === null ? "" : String(Math.round(value * scale * 1000) / 1000), placeholder: none ?? "",
      ...how.attributes });
    input.addEventListener("input", () => {
      const written = input.value.trim();
      const next = written === "" ? (none === undefined ? 0 : null) : Number(written) / scale;
      this.set(path, next !== null && scale === 1 && !path.endsWith("per_ready_agent")
        ? Math.trunc(next) : next);
    });
    const shown = unit ? h("div", { class: "with-unit" }, input, h("span", { class: "unit" }, unit)) : input;
    return this.field(path, label, input, how, shown);
  }

  choice(path: string, label: string, choices: Choices, how: FieldHow & { then?: () => void } = {},
  ): HTMLElement {
    const now = String(this.get(path) ?? "");
    const known = choices.some(([value]) => value === now) ? choices : [...choices, [now, now || "–"] as [string, string]];
    const select = h("select", { class: "form-select", ...how.attributes },
      known.map(([value, words]) => option(value, words, value === now)));
    select.addEventListener("change", () => {
      this.set(path, select.value);
      how.then?.();
    });
    return this.field(path, label, select, how);
  }

  toggle(path: string, label: string, how: FieldHow & { then?: () => void } = {}): HTMLElement {
    const input = h("input", { type: "checkbox", class: "form-check-input", role: "switch",
      checked: this.get(path) === true, ...how.attributes });
    input.addEventListener("change", () => {
      this.set(path, input.checked);
      how.then?.();
    });
    const told = this.bind(path, input);
    return h("div", { class: `field is-toggle ${how.wide ? "is-wide" : ""}` },
      h("label", { class: "form-check form-switch" }, input, h("span", { class: "form-check-label" }, label)),
      how.hint && h("div", { class: "form-hint" }, how.hint), told);
  }

  /** A control that is no part of the document, such as the name of a new thing. */
  beside(path: string, label: string, control: HTMLElement, hint: Child = null): HTMLElement {
    return this.field(path, label, control, { hint });
  }

  /** A place for problems of a part that is no single field. */
  place(path: string, control: HTMLElement): HTMLElement {
    return this.bind(path, control);
  }

  private field(path: string, label: string, control: HTMLElement, how: FieldHow, shown: HTMLElement = control,
  ): HTMLElement {
    const told = this.bind(path, control);
    return h("div", { class: `field ${how.wide ? "is-wide" : ""}` },
      h("label", { for: control.id, class: "form-label" }, label), shown,
      how.hint && h("div", { class: "form-hint" }, how.hint), told);
  }

  private bind(path: string, control: HTMLElement): HTMLElement {
    control.id = `at-${path.replace(/[^\w-]/g, "-")}`;
    if (this.locked && "disabled" in control) (control as HTMLInputElement).disabled = true;
    const told = h("div", { class: "field-told", id: `${control.id}-told` });
    this.places.set(path, { control, told });
    this.draw(path);
    return told;
  }

  /** Show these problems, each at its field or the nearest place above it. */
  show(problems: Problem[]): void {
    this.problems = problems;
    for (const path of [...this.places.keys()]) this.draw(path);
  }

  /** Forget fields that are no longer on the page. */
  forget(prefix: string): void {
    for (const path of [...this.places.keys()]) if (path.startsWith(prefix)) this.places.delete(path);
  }

  /** Redraw the places after parts of the form were drawn anew. */
  again(): void {
    this.show(this.problems);
  }

  focus(path: string): void {
    const control = this.places.get(this.nearest(path) ?? "")?.control;
    control?.scrollIntoView({ block: "center" });
    control?.focus();
  }

  private nearest(path: string): string | null {
    const parts = path.split(".");
    while (parts.length) {
      if (this.places.has(parts.join("."))) return parts.join(".");
      parts.pop();
    }
    return null;
  }

  private draw(path: string): void {
    const place = this.places.get(path);
    if (!place) return;
    const mine = this.problems.filter((problem) => this.nearest(problem.path) === path);
    const wrong = mine.some((problem) => problem.severity === "error");
    fill(place.told, mine.map((problem) => h("p", { class: `told is-${problem.severity}` },
      icon(problem.severity === "error" ? "alert-circle" : "alert-triangle"), problemWords(problem))));
    if (wrong) place.control.setAttribute("aria-invalid", "true");
    else place.control.removeAttribute("aria-invalid");
    if (mine.length) place.control.setAttribute("aria-describedby", place.told.id);
    else place.control.removeAttribute("aria-describedby");
  }
}
