// The flow editor: palette or outline, graph, form of the chosen node, problems below.

import { fill, h, icon } from "../page/dom";
import { confirmAct } from "../page/dialog";
import { addKeys } from "../page/keys";
import type { Mount, PageContext } from "../page/mount";
import { button, chip, empty, iconButton } from "../page/parts";
import { Region } from "../page/region";
import { tellFailure, toast } from "../page/toast";
import type { Prompt } from "../prompts/wire";
import { queueOptions } from "../records/filters";
import { backLink } from "../records/head";
import { api, get, post, put } from "../wire/api";
import { t } from "../words/i18n";
import { Canvas } from "./canvas";
import { type FlowDocument, freshName, lead, newNode, removeNode, renameNode, waysOf } from "./document";
import { nodeForm } from "./form";
import { kindHelp } from "./help";
import { groups, kindIcon, kindWord } from "./kinds";
import { nodeIn, showProblems, VERDICT, whyNot } from "./problems";
import type { Recordings } from "./prompts";
import { Schema } from "./schema";
import { openTests, openText, openTrial } from "./trying";
import { openPublish, openVersions } from "./versions";
import type { FlowItem, FlowShown, Judgement } from "./wire";

const JUDGE_AFTER = 500; // ms without a change
const SAVE_AFTER = 2500;

interface Loaded {
  flow: FlowShown;
  schema: Schema;
  queues: [string, string][];
  flows: string[];
  recordings: Recordings;
}

export const mount: Mount = (page) => {
  const name = page.root.dataset["id"] ?? "";
  const place = h("div", { class: "flow-page" });
  fill(page.root, place);
  void new Region<Loaded>(place, {
    load: async (stop) => {
      const [flow, raw, queues, list, brought] = await Promise.all([get<FlowShown>(`/flows/${name}`, stop),
        get<ConstructorParameters<typeof Schema>[0]>("/flows/schema", stop), queueOptions().catch(() => []),
        get<{ items: FlowItem[] }>("/flows", stop),
        get<{ items: Prompt[] }>("/prompts", stop).catch(() => ({ items: [] }))]);
      return { flow, schema: new Schema(raw), queues, flows: list.items.map((one) => one.name),
        recordings: brought.items.map((one): [string, string] => [one.sound, one.title]) };
    },
    show: (loaded) => {
      const editor = new Editor(loaded, page);
      page.signal.addEventListener("abort", () => editor.dispose());
      return editor.element;
    }, kind: "card", rows: 3,
  }, page.signal).load();
};

class Editor {
  readonly element: HTMLElement;
  private flow: FlowDocument;
  private tests: string;
  private rowVersion: number | null;
  private readonly canvas: Canvas;
  private readonly bar = h("div", { class: "flow-bar" });
  private readonly heading = h("h1");
  private readonly standing = h("span", { class: "flow-standing" });
  private readonly throwAway = button(t("Throw the draft away"), "x", () => void this.drop(), { class: "btn-ghost-danger" });
  private readonly outline = h("ul", { class: "flow-outline", role: "listbox", tabindex: "0" });
  private readonly form = h("aside", { class: "flow-form panel" });
  private readonly problems = h("section", { class: "flow-verdicts panel" });
  private readonly publisher = button(t("Publish"), "check", () => void this.publish(), { class: "btn-primary" });
  private readonly mayWrite: boolean;
  private chosen: string | null = null;
  private judgement: Judgement | null = null;
  private unsaved = false;
  private listed = ""; // the steps that have their rows
  private timers = { judge: 0, save: 0 };

  constructor(private loaded: Loaded, page: PageContext) {
    this.flow = structuredClone(loaded.flow.document);
    this.tests = loaded.flow.tests;
    this.rowVersion = loaded.flow.row_version;
    this.mayWrite = page.me.user.roles.includes("admin");
    const place = h("div", { class: "flow-canvas", role: "application",
      "aria-label": t("The flow as a graph; the list of steps beside it does the same by keyboard") });
    this.canvas = new Canvas(place, this.flow, loaded.schema, {
      chosen: (id) => this.choose(id), changed: () => this.changed(true),
    });
    this.outline.setAttribute("aria-label", t("Steps of the flow"));
    this.outline.addEventListener("keydown", (event) => this.onOutlineKey(event));
    this.problems.setAttribute("aria-label", t("Problems"));
    this.element = h("div", { class: "flow-editor" }, this.bar,
      h("div", { class: "flow-columns" }, this.side(), place, this.form), this.problems);
    this.form.setAttribute("aria-label", t("The chosen step"));
    addKeys(this.keys(), page.signal);
    this.fillBar();
    this.showBar();
    this.choose(null);
    void this.begin();
  }

  dispose(): void {
    window.clearTimeout(this.timers.judge);
    window.clearTimeout(this.timers.save);
    if (this.unsaved) void this.save();
    this.canvas.dispose();
  }

  private async begin(): Promise<void> {
    await this.canvas.layOut().catch(tellFailure);
    this.redraw();
    void this.judge();
  }

  private keys() {
    const group = t("Flow editor");
    return [
      { keys: "n", label: t("List of steps"), group, run: () => this.outline.focus() },
      { keys: "e", label: t("Edit the chosen step"), group, run: () => this.focusForm() },
      { keys: "y", label: t("Try a call"), group, run: () => this.tryCall() },
      { keys: "u", label: t("Lay the graph out anew"), group, run: () => void this.layOut() },
    ];
  }

  private side(): HTMLElement {
    const palette = groups(this.loaded.schema.allKinds).map((group) => h("div", { class: "flow-group" },
      h("h3", {}, group.title), group.kinds.map((kind) => h("button", { type: "button", class: "flow-kind-button",
        title: kindHelp(kind) || this.loaded.schema.about(kind), on: { click: () => this.add(kind) } },
      icon(kindIcon(kind)), kindWord(kind)))));
    return h("aside", { class: "flow-side panel", "aria-label": t("Steps") },
      h("h2", { class: "column-title" }, icon("list-details"), t("Steps of the flow")), this.outline,
      this.mayWrite && h("details", { class: "flow-palette", open: true },
        h("summary", { class: "column-title" }, icon("plus"), t("Add a step")), palette));
  }

  /** Once: a button that is being pressed, or has the keyboard, stays where it is. */
  private fillBar(): void {
    fill(this.bar, backLink("/flows", t("Flows")), this.heading, this.standing,
      h("span", { class: "push" }),
      iconButton(t("Lay the graph out anew"), "refresh", () => void this.layOut()),
      button(t("Try a call"), "phone", () => this.tryCall()),
      button(t("Tests"), "circle-check", () => openTests(this.tests, this.flow, (tests) => {
        this.tests = tests;
        this.changed(false);
      })),
      button(t("As text"), "file-invoice", () => openText(this.flow, (document) => this.take(document))),
      button(t("Versions"), "history", () => openVersions(this.loaded.flow, this.mayWrite, (flow) => this.told(flow))),
      this.mayWrite && this.throwAway, this.mayWrite && this.publisher);
  }

  private showBar(): void {
    const { in_force: held } = this.loaded.flow;
    this.heading.textContent = this.flow.title;
    fill(this.standing, held ? chip("ready", "check", t("callers get version {n}", { n: held.version }))
      : chip("not_ready", null, t("never published")),
    this.rowVersion !== null && chip("wrap_up", "pencil", this.unsaved ? t("draft, not kept yet") : t("draft kept")));
    this.throwAway.hidden = this.rowVersion === null;
    this.showWhetherToPublish();
  }

  /** What may not be published says why; it can be reached by keyboard, to hear that. */
  private showWhetherToPublish(): void {
    const why = whyNot(this.judgement);
    this.publisher.disabled = this.rowVersion === null && !this.unsaved;
    this.publisher.title = why && t("Not to be published yet: {why}", { why });
    if (why) this.publisher.setAttribute("aria-disabled", "true");
    else this.publisher.removeAttribute("aria-disabled");
    if (why) this.publisher.setAttribute("aria-describedby", VERDICT);
    else this.publisher.removeAttribute("aria-describedby");
  }

  private tryCall(): void {
    openTrial(this.flow, (path) => this.canvas.light(path));
  }

  private async layOut(): Promise<void> {
    await this.canvas.layOut().catch(tellFailure);
    this.redraw();
    this.canvas.show();
  }

  private redraw(): void {
    this.canvas.draw(this.wrong());
    this.canvas.choose(this.chosen);
    this.keepRows();
    this.markRows();
  }

  private wrong(): Set<string> {
    return new Set((this.judgement?.faults ?? []).map((one) => nodeIn(one.place)));
  }

  private markRows(): void {
    const wrong = this.wrong();
    for (const row of this.outline.children) {
      const id = row.id.slice("step-".length);
      row.setAttribute("aria-selected", id === this.chosen ? "true" : "false");
      row.classList.toggle("is-wrong", wrong.has(id));
    }
    if (this.chosen) this.outline.setAttribute("aria-activedescendant", `step-${this.chosen}`);
  }

  /** Rows anew only for other steps: one that is being clicked when the verdict comes stays. */
  private keepRows(): void {
    const steps = Object.entries(this.flow.nodes).map(([id, node]): [string, string] => [id, node.kind]);
    const mark = JSON.stringify(steps);
    if (mark === this.listed) return;
    this.listed = mark;
    fill(this.outline, steps.map(([id, kind]) => h("li", {
      role: "option", id: `step-${id}`, "aria-selected": "false", on: { click: () => this.choose(id) },
    }, icon(kindIcon(kind)), h("span", {}, id), h("span", { class: "muted" }, kindWord(kind)))));
  }

  private choose(id: string | null): void {
    this.chosen = id !== null && id in this.flow.nodes ? id : null;
    this.canvas.choose(this.chosen);
    for (const row of this.outline.children) {
      row.setAttribute("aria-selected", row.id === `step-${this.chosen}` ? "true" : "false");
      if (row.id === `step-${this.chosen}`) row.scrollIntoView({ block: "nearest" });
    }
    if (this.chosen) this.outline.setAttribute("aria-activedescendant", `step-${this.chosen}`);
    if (!this.chosen) {
      fill(this.form, empty("route", t("No step is chosen"), t("Choose one in the graph or in the list.")));
      return;
    }
    nodeForm(this.form, this.flow, this.loaded.schema, this.chosen, {
      changed: () => this.changed(true), rename: (from, to) => this.rename(from, to),
      remove: (one) => this.remove(one), start: (one) => {
        this.flow.start = one;
        this.changed(true);
        this.choose(one);
      }, queues: this.loaded.queues, flows: this.loaded.flows, recordings: this.loaded.recordings,
    });
    if (!this.mayWrite) {
      for (const one of this.form.querySelectorAll("input, select, textarea, button")) one.setAttribute("disabled", "");
    }
  }

  /** A new step behind the chosen one, which leads to it when it has one way on. */
  private add(kind: string): void {
    const id = freshName(this.flow.nodes, kind);
    const node = newNode(this.flow, this.loaded.schema, kind);
    const before = this.chosen ? this.flow.nodes[this.chosen] : undefined;
    const fields = before ? this.loaded.schema.fieldsOf(before.kind) : [];
    const onward = before && waysOf(before, fields).find((way) => way.place === "next");
    if (before && onward) {
      if ("next" in node) node["next"] = onward.target;
      lead(before, "next", id);
    }
    this.flow.nodes[id] = node;
    this.changed(true);
    this.choose(id);
    this.focusForm();
  }

  private rename(from: string, to: string): void {
    if (to in this.flow.nodes) {
      toast(t("There is a step {name} already.", { name: to }), "warning");
      this.choose(from);
      return;
    }
    renameNode(this.flow, this.loaded.schema, from, to);
    this.chosen = to;
    this.changed(true);
    this.choose(to);
  }

  private remove(id: string): void {
    removeNode(this.flow, id);
    this.chosen = null;
    this.changed(true);
    this.choose(null);
    this.outline.focus();
  }

  private take(document: FlowDocument): void {
    for (const key of Object.keys(this.flow)) delete this.flow[key];
    Object.assign(this.flow, document, { name: this.loaded.flow.name });
    this.chosen = null;
    this.changed(false);
    this.choose(null);
    void this.layOut();
  }

  private focusForm(): void {
    this.form.querySelector<HTMLElement>("input, select, textarea")?.focus();
  }

  private onOutlineKey(event: KeyboardEvent): void {
    const ids = Object.keys(this.flow.nodes);
    const at = this.chosen ? ids.indexOf(this.chosen) : -1;
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: Math.max(at - 1, 0), Home: 0, End: ids.length - 1 };
    const next = steps[event.key];
    if (next !== undefined) this.choose(ids[Math.min(next, ids.length - 1)] ?? null);
    else if (event.key === "Enter") this.focusForm();
    else if (event.key === "Delete" && this.chosen && this.mayWrite) this.remove(this.chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private changed(graph: boolean): void {
    this.unsaved = true;
    if (graph) this.redraw();
    window.clearTimeout(this.timers.judge);
    window.clearTimeout(this.timers.save);
    this.timers.judge = window.setTimeout(() => void this.judge(), JUDGE_AFTER);
    if (this.mayWrite) this.timers.save = window.setTimeout(() => void this.save(), SAVE_AFTER);
    this.showBar();
  }

  private async judge(): Promise<void> {
    try {
      this.tell(await post<Judgement>("/flows/judge", { document: this.flow, tests: this.tests }));
    } catch (error) {
      tellFailure(error);
    }
  }

  private tell(judgement: Judgement): void {
    this.judgement = judgement;
    showProblems(this.problems, judgement, (node) => this.choose(node));
    this.showWhetherToPublish();
    this.canvas.mark(this.wrong());
    this.markRows();
  }

  private async save(): Promise<boolean> {
    window.clearTimeout(this.timers.save);
    try {
      const kept = await put<{ row_version: number; judgement: Judgement }>(`/flows/${this.loaded.flow.name}/draft`,
        { document: this.flow, tests: this.tests, row_version: this.rowVersion });
      this.rowVersion = kept.row_version;
      this.unsaved = false;
      this.tell(kept.judgement);
      this.showBar();
      return true;
    } catch (error) {
      tellFailure(error);
      return false;
    }
  }

  private async publish(): Promise<void> {
    if (this.unsaved && !(await this.save())) return;
    const why = whyNot(this.judgement);
    if (why) return toast(t("Not to be published yet: {why}", { why }), "warning");
    openPublish({ ...this.loaded.flow, document: this.flow }, (flow) => this.told(flow));
  }

  private async drop(): Promise<void> {
    if (!(await confirmAct(t("Throw away the draft of {flow}?", { flow: this.flow.title }), t("Throw away")))) return;
    await api("DELETE", `/flows/${this.loaded.flow.name}/draft`).catch(tellFailure);
    this.unsaved = false;
    document.dispatchEvent(new CustomEvent("callcenter:go", { detail: `/flows/${this.loaded.flow.name}` }));
  }

  private told(flow: FlowShown): void {
    this.loaded = { ...this.loaded, flow };
    this.rowVersion = flow.row_version;
    this.unsaved = false;
    this.showBar();
  }
}
