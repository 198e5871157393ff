// The rings of agents: what each step asks for, how long it lasts, and how many could take a call.

import { fill, h, icon } from "../page/dom";
import { button } from "../page/parts";
import { nt, t, titled } from "../words/i18n";
import type { Editor } from "./editor";
import { movable, rowActs, rowNumber, swapped } from "./rows";
import type { Configured, SkillDocument, Step } from "./shapes";

export class StepsSection {
  readonly place = h("div", { class: "is-wide rows" });
  private last: HTMLInputElement | null = null; // the field a skill is put into
  private served: HTMLElement[] = [];

  constructor(private readonly editor: Editor<"queue">, private readonly skills: Configured<SkillDocument>[]) {
    this.draw();
  }

  private get steps(): Step[] {
    return this.editor.document.steps;
  }

  private set(steps: Step[], focus: number | null = null): void {
    const last = steps.length - 1;
    const sound = steps.map((step, at) => at === last ? { ...step, seconds: null } : { ...step, seconds: step.seconds ?? 20 });
    this.editor.form.set("steps", sound);
    this.draw();
    if (focus !== null) this.editor.form.focus(`steps.${focus}.needs`);
  }

  showServing(serving: string[][], agents: number): void {
    serving.forEach((ids, at) => {
      const place = this.served[at];
      if (place) fill(place, icon("users"), t("{n} of {all}", { n: ids.length, all: agents }));
    });
  }

  private draw(): void {
    const { form, locked } = this.editor;
    form.forget("steps");
    this.served = [];
    const add = () => this.set([...this.steps, { needs: "", seconds: null }], this.steps.length);
    fill(this.place,
      h("div", { class: "rows-head" }, h("h3", {}, t("Steps")),
        h("p", { class: "form-hint" }, t("Rings of agents that widen while the call keeps its place. No steps: any agent of the queue."))),
      h("ol", { class: "rows-list" }, this.steps.map((step, at) => this.row(step, at))),
      !locked && h("div", { class: "rows-foot" }, button(t("Add a step"), "plus", add, { class: "btn-small", id: "add-step" }),
        this.steps.length > 0 && this.skillChips()));
    form.again();
  }

  private row(step: Step, at: number): HTMLElement {
    const { form, locked } = this.editor;
    const last = at === this.steps.length - 1;
    const name = t("Step {n}", { n: at + 1 });
    const acts = { at, of: this.steps.length, name,
      move: (by: number) => this.set(swapped(this.steps, at, by), at + by),
      remove: () => this.set(this.steps.filter((_, other) => other !== at)) };
    const needs = form.text(`steps.${at}.needs`, t("Step {n} needs", { n: at + 1 }), { attributes: {
      maxlength: "500", placeholder: t("anyone"), class: "form-control mono", spellcheck: "false" } });
    const input = needs.querySelector("input");
    input?.addEventListener("focus", () => (this.last = input));
    const served = h("span", { class: "served muted", role: "status" });
    this.served.push(served);
    const seconds = last ? h("div", { class: "field step-rest" }, h("span", { class: "form-label" }, t("for")),
      h("span", { class: "muted" }, t("as long as it takes"))) : form.number(`steps.${at}.seconds`, t("for"), t("s"));
    if (last && step.seconds !== null) form.set(`steps.${at}.seconds`, null);
    return movable(h("li", { class: "row-item step-row" }, rowNumber(at), needs, seconds, served,
      !locked && rowActs(acts)), acts);
  }

  private skillChips(): HTMLElement {
    return h("div", { class: "skill-chips", role: "group", "aria-label": t("Put a skill into the step") }, this.skills.map((skill) =>
      h("button", { type: "button", class: "chip-button is-small", title: titled(skill.document),
        on: { click: () => this.insert(skill.key) } }, skill.key)),
    !this.skills.length && h("a", { href: "/settings/skills" }, t("No skills yet: make some")));
  }

  private insert(skill: string): void {
    const input = this.last?.isConnected ? this.last : this.place.querySelector<HTMLInputElement>("input.mono");
    if (!input) return;
    const before = input.value.trim();
    input.value = before ? `${before} and ${skill}>=1` : `${skill}>=1`;
    input.dispatchEvent(new Event("input"));
    input.focus();
  }
}

export const stepsWords = (steps: Step[]) => steps.length ? nt("{n} step", "{n} steps", steps.length) : t("any agent");
