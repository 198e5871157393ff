// Edits one document: live check, save against the version seen, conflict, history, archive.

import { confirmAct } from "../page/dialog";
import { type Child, fill, h, icon } from "../page/dom";
import type { PageContext } from "../page/mount";
import { button, empty, skeleton } from "../page/parts";
import { toast, tellFailure } from "../page/toast";
import { backLink, pageHead, panel } from "../records/head";
import { ApiProblem } from "../wire/api";
import { exactly, when } from "../words/format";
import { nt, t } from "../words/i18n";
import { Form } from "./form";
import { changeList, openHistory } from "./history";
import type { Checked, Configured, Kind, Problem } from "./shapes";
import {
  archive, checkDraft, create, type Documents, readDifference, readOne, save, tellSaved,
} from "./wire";
import { problemWords } from "./words";

export interface EditorPlan<K extends Kind> {
  kind: K;
  seen: Configured<Documents[K]> | null; // null: a new one
  key: string;
  fresh: Documents[K]; // what a new one begins with
  title: (document: Documents[K]) => string;
  heading: string; // of a new one
  back: [string, string];
  sections: (editor: Editor<K>) => Child[];
  acts?: (editor: Editor<K>) => Child[];
  extra?: () => Record<string, unknown>; // what is saved beside the document
  agents?: () => string[];
  checked?: (checked: Checked) => void;
  more?: () => Record<string, unknown>; // what a new one needs beside it
}

export class Editor<K extends Kind> {
  readonly form: Form;
  readonly locked: boolean;
  private seen: Configured<Documents[K]> | null;
  private dirty = false;
  private asked = 0;
  private wait = 0;
  private problems: Problem[] = [];
  private readonly side = h("div", { class: "settings-side" });
  private readonly conflict = h("div", { class: "settings-conflict", role: "status" });
  private readonly note = h("input", { class: "form-control", maxlength: "200", id: "change-note",
    placeholder: t("Why? (a word for the history)"), "aria-label": t("Why? (a word for the history)") });

  constructor(private readonly page: PageContext, private readonly plan: EditorPlan<K>) {
    this.seen = plan.seen;
    this.locked = (plan.seen?.archived ?? false) || !mayWrite(page);
    this.form = new Form(structuredClone(plan.seen?.document ?? plan.fresh), () => this.touched(), this.locked);
    this.draw();
    if (this.seen) void this.check(); // an empty form is not wrong yet
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
    }, { signal: page.signal });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s" && !this.locked) {
        event.preventDefault();
        void this.save();
      }
    }, { signal: page.signal });
  }

  get document(): Documents[K] {
    return this.form.document as Documents[K];
  }

  get isNew(): boolean {
    return this.seen === null;
  }

  get key(): string {
    return this.plan.key;
  }

  touched(): void {
    this.dirty = true;
    window.clearTimeout(this.wait);
    this.wait = window.setTimeout(() => void this.check(), 350);
    this.drawSide();
  }

  private draw(): void {
    const title = h("h1", { class: "record-title" }, this.seen ? this.plan.title(this.document) : this.plan.heading);
    fill(this.page.root, backLink(...this.plan.back),
      h("div", { class: "page-head" }, title,
        this.seen?.archived && h("span", { class: "chip s-not_ready" }, icon("archive"), h("span", {}, t("out of use"))),
        h("span", { class: "push settings-acts" }, this.plan.acts?.(this) ?? [])),
      this.conflict,
      h("div", { class: "two-columns settings-columns" },
        h("div", { class: "column-main" }, this.plan.sections(this)), this.side));
    this.drawSide();
  }

  private drawSide(): void {
    const held = document.activeElement?.id;
    const errors = this.problems.filter((one) => one.severity === "error" && this.counts(one));
    const state = errors.length ? nt("{n} thing to put right", "{n} things to put right", errors.length)
      : this.isNew ? t("Not saved yet") : this.dirty ? t("Changed, not saved") : t("As it is in force");
    fill(this.side,
      h("section", { class: "panel settings-save", "aria-label": t("Save") },
        h("p", { class: "save-state", role: "status" },
          icon(errors.length ? "alert-circle" : this.dirty ? "pencil" : "circle-check", errors.length ? "is-alarm" : ""), state),
        !this.locked && [this.note,
          button(t("Save"), "device-floppy", () => void this.save(), { class: "btn-primary", id: "save",
            disabled: !this.dirty && !this.isNew })],
        this.locked && !this.seen?.archived && h("p", { class: "muted" }, t("You may look, not change.")),
        this.seen && this.lastChange()),
      this.problemList());
    if (held) document.getElementById(held)?.focus();
  }

  private lastChange(): HTMLElement {
    const seen = this.seen;
    if (!seen) return h("div", {});
    const who = seen.changed_at ? t("{name}, {when}", {
      name: seen.changed_by_name || t("the system"), when: when(seen.changed_at) })
      : t("never changed since it was made");
    return h("div", { class: "save-last" },
      h("p", { class: "muted", title: exactly(seen.changed_at) }, t("Version {n}", { n: seen.version }), " · ", who,
        seen.note && h("span", { class: "save-note" }, `“${seen.note}”`)),
      h("div", { class: "save-acts" },
        button(t("History"), "history", () => void openHistory(this.plan.kind, seen, !mayWrite(this.page), () => this.reload()),
          { class: "btn-small", id: "history" }),
        !this.locked && button(t("Put out of use"), "archive", () => void this.archive(), { class: "btn-small btn-ghost" })));
  }

  private counts(problem: Problem): boolean {
    return problem.new || (problem.kind === this.plan.kind && problem.key === this.name);
  }

  /** The key, also of one that has none yet. */
  private get name(): string {
    return this.plan.key || "new";
  }

  private problemList(): HTMLElement | null {
    const shown = this.problems.filter((one) => this.counts(one));
    if (!shown.length) return null;
    return h("section", { class: "panel", "aria-label": t("Check") },
      h("h2", { class: "column-title" }, icon("list-details"), t("Check")),
      h("ul", { class: "problem-list" }, shown.map((one) => h("li", {},
        h("button", { type: "button", class: `told is-${one.severity}`, on: { click: () => this.go(one) } },
          icon(one.severity === "error" ? "alert-circle" : "alert-triangle"),
          h("span", {}, this.where(one), problemWords(one)))))));
  }

  private where(problem: Problem): string {
    const mine = problem.kind === this.plan.kind && problem.key === this.name;
    return mine ? "" : `${problem.key}: `;
  }

  private go(problem: Problem): void {
    if (problem.kind === this.plan.kind && problem.key === this.name) return this.form.focus(problem.path);
    const detail = `/settings/${problem.kind}s/${encodeURIComponent(problem.key)}`;
    document.dispatchEvent(new CustomEvent("callcenter:go", { detail }));
  }

  private async check(): Promise<void> {
    const turn = ++this.asked;
    try {
      const checked = await checkDraft(this.plan.kind, this.name, this.document, this.plan.agents?.());
      if (turn !== this.asked || this.page.signal.aborted) return;
      this.take(checked.items);
      this.plan.checked?.(checked);
    } catch (error) {
      if (error instanceof ApiProblem && error.field) this.takeRefusal(error);
    }
  }

  private take(problems: Problem[]): void {
    this.problems = problems;
    this.form.show(problems.filter((one) => one.kind === this.plan.kind && one.key === this.name));
    this.drawSide();
  }

  /** A refusal of the server at a field of ours, shown there as well. */
  private takeRefusal(error: ApiProblem): void {
    const path = (error.field ?? "").replace(/^(document|queue|agent|skill|reason)\./, "");
    const problem: Problem = { kind: this.plan.kind, key: this.name, path, code: error.code,
      message: error.message, severity: "error", values: {}, new: true };
    this.take([problem]);
  }

  async save(): Promise<void> {
    if (!this.dirty && !this.isNew) return;
    try {
      const document = this.document;
      const extra = this.plan.extra?.() ?? {};
      const saved = this.seen
        ? await save(this.plan.kind, this.plan.key, { expected_version: this.seen.version,
          note: this.note.value.trim(), document, ...extra })
        : await create<K>(this.plan.kind, { key: this.plan.key, note: this.note.value.trim(), document,
          ...extra, ...this.plan.more?.() });
      tellSaved(saved);
      this.dirty = false;
      this.arrive(saved.version);
    } catch (error) {
      if (error instanceof ApiProblem && error.code === "edited_meanwhile") void this.tellConflict();
      else if (error instanceof ApiProblem && error.status === 400 && error.field) {
        this.takeRefusal(error);
        toast(t("Not saved: something has to be put right first."), "error");
        this.form.focus((error.field ?? "").replace(/^document\./, ""));
      } else tellFailure(error);
    }
  }

  private arrive(version: Configured<Documents[K]>): void {
    const path = `/settings/${this.plan.kind}s/${encodeURIComponent(version.key)}`;
    document.dispatchEvent(new CustomEvent("callcenter:go", { detail: path }));
  }

  private reload(): void {
    this.dirty = false;
    document.dispatchEvent(new CustomEvent("callcenter:go", { detail: location.pathname }));
  }

  /** Somebody was faster: say who, what differs, and let the person choose. */
  private async tellConflict(): Promise<void> {
    const mine = this.seen;
    if (!mine) return;
    const theirs = await readOne(this.plan.kind, this.plan.key);
    const changes = await readDifference(this.plan.kind, this.plan.key, mine.version, theirs.version);
    fill(this.conflict, h("div", { class: "panel conflict" },
      h("p", {}, icon("alert-triangle"), h("strong", {}, t("{name} changed this meanwhile ({when}).", {
        name: theirs.changed_by_name || t("the system"), when: when(theirs.changed_at) }))),
      changeList(changes),
      h("div", { class: "row-end" },
        button(t("Take theirs"), null, () => this.reload()),
        button(t("Keep mine over it"), null, () => {
          this.seen = theirs;
          fill(this.conflict);
          void this.save();
        }, { class: "btn-danger" }))));
    this.conflict.scrollIntoView({ block: "nearest" });
  }

  private async archive(): Promise<void> {
    const seen = this.seen;
    if (!seen || !await confirmAct(t("Put {name} out of use?", { name: this.plan.title(seen.document) }),
      t("Put out of use"))) return;
    try {
      const wish = { expected_version: seen.version, note: this.note.value.trim() };
      tellSaved(await archive(this.plan.kind, this.plan.key, wish));
      this.dirty = false;
      document.dispatchEvent(new CustomEvent("callcenter:go", { detail: this.plan.back[0] }));
    } catch (error) {
      tellFailure(error);
    }
  }
}

export function mayWrite({ me }: PageContext): boolean {
  return me.user.roles.some((role) => role === "supervisor" || role === "admin");
}

/** One section of the form. */
export function section(title: string, iconName: string, ...children: Child[]): HTMLElement {
  return panel(title, iconName, h("div", { class: "settings-fields" }, children));
}

/** What stands there until the answer has come. */
export const coming = () => [pageHead(t("Settings")), h("div", { class: "panel" }, skeleton(6, "card"))];

export const gone = (back: [string, string]) => h("div", {}, backLink(...back),
  empty("mood-empty", t("This is not there (any more).")));
