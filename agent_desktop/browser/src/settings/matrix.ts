// Agents and their skills or queues in one table: a digit sets a level, arrows move, one save.

import { fill, h, icon } from "../page/dom";
import type { PageContext } from "../page/mount";
import { button, empty } from "../page/parts";
import { Region } from "../page/region";
import { tellFailure, toast } from "../page/toast";
import { ApiProblem } from "../wire/api";
import { nt, t, titled } from "../words/i18n";
import { mayWrite } from "./editor";
import { byCount } from "./find";
import type { AgentDocument, Configured, Saved } from "./shapes";
import { settingsHead } from "./tabs";
import { readAll, save, tellSaved } from "./wire";

type AgentSet = Configured<AgentDocument>;
interface Column { key: string; title: string; link: string }
interface World { agents: AgentSet[]; skills: Column[]; queues: Column[] }

export function showMatrix(page: PageContext): void {
  const place = h("div", { class: "panel" });
  fill(page.root, settingsHead("skills", mayWrite(page)
    && h("a", { class: "btn btn-primary", href: "/settings/skills/new" }, icon("plus"), t("New skill"))), place);
  const region: Region<World> = new Region(place, {
    load: async (stop) => {
      const [agents, skills, queues] = await Promise.all([readAll("agent", stop), readAll("skill", stop), readAll("queue", stop)]);
      const column = (part: string) => (one: Configured<{ title: string; title_en: string }>): Column =>
        ({ key: one.key, title: titled(one.document), link: `/settings/${part}/${encodeURIComponent(one.key)}` });
      return { agents: agents.filter((one) => !one.archived)
        .sort((a, b) => byCount(a.document.extension, b.document.extension)),
      skills: skills.filter((one) => !one.archived).map(column("skills")),
      queues: queues.filter((one) => !one.archived).map(column("queues")) };
    },
    show: (world) => new Matrix(world, !mayWrite(page), () => void region.load(true)).place, rows: 6,
  }, page.signal);
  void region.load();
}

const CELLS_AT_ONCE = 3000; // a table of all of a large house takes a quarter of a minute

class Matrix {
  readonly place = h("div", {});
  private readonly drafts = new Map<string, AgentDocument>();
  private readonly foot = h("div", { class: "matrix-foot", role: "status" });
  private filter = "";

  constructor(private readonly world: World, private readonly locked: boolean, private readonly again: () => void) {
    if (!world.agents.length) {
      fill(this.place, empty("user-plus", t("No agents yet"), t("Make agents first, then say what they can.")));
      return;
    }
    const search = h("input", { type: "search", class: "form-control", placeholder: t("Find an agent"), "aria-label": t("Find an agent") });
    const tables = h("div", { class: "matrix-scroll" });
    search.addEventListener("input", () => {
      this.filter = search.value.trim().toLowerCase();
      fill(tables, this.table());
    });
    fill(this.place, h("div", { class: "matrix-head" }, search,
      h("p", { class: "form-hint" }, t("Type a digit to set a level, 0 takes it away, space sits an agent in a queue; arrows move."))),
    tables, this.foot);
    fill(tables, this.table());
    this.drawFoot();
  }

  private table(): HTMLElement {
    const { skills, queues } = this.world;
    const agents = this.world.agents.filter((one) => `${one.document.name} ${one.document.extension}`.toLowerCase().includes(this.filter));
    const group = (words: string, columns: Column[]) => columns.length > 0
      && h("th", { scope: "colgroup", colspan: String(columns.length), class: "matrix-group" }, words);
    const heads = [...skills, ...queues].map((one, at) => h("th", { scope: "col", class: at === skills.length ? "is-first" : "" },
      h("a", { href: one.link, title: one.key }, one.title)));
    const table = h("table", { class: "matrix" }, h("caption", { class: "visually-hidden" }, t("Skills and queues of agents")),
      h("thead", {}, h("tr", {}, h("td", {}), group(t("Skills"), skills), group(t("Queues"), queues)),
        h("tr", {}, h("th", { scope: "col" }, t("Agent")), heads)),
      this.body(agents));
    table.addEventListener("keydown", (event) => walk(event, table));
    return table;
  }

  /** The first rows at once; those after them when they come near to being seen. */
  private body(agents: AgentSet[]): HTMLElement {
    const body = h("tbody", {});
    let drawn = 0;
    const more = () => {
      const part = Math.max(4, Math.round(CELLS_AT_ONCE / (this.world.skills.length + this.world.queues.length + 1)));
      const next = agents.slice(drawn, drawn + part);
      body.append(...next.map((agent, at) => this.row(agent, drawn + at)));
      drawn += next.length;
      const last = body.lastElementChild;
      if (last && drawn < agents.length) watch.observe(last);
    };
    const watch = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      watch.disconnect();
      more();
    }, { rootMargin: "600px" });
    more();
    return body;
  }

  private row(agent: AgentSet, row: number): HTMLElement {
    const { skills, queues } = this.world;
    return h("tr", {}, h("th", { scope: "row" }, h("a", { href: `/settings/agents/${agent.key}` }, agent.document.name),
      h("span", { class: "muted figures" }, agent.document.extension)),
    skills.map((skill, at) => h("td", {}, this.level(agent, skill, row, at))),
    queues.map((queue, at) => h("td", { class: at === 0 ? "is-first" : "" }, this.seat(agent, queue, row, skills.length + at))));
  }

  private of(agent: AgentSet): AgentDocument {
    return this.drafts.get(agent.key) ?? agent.document;
  }

  private level(agent: AgentSet, skill: Column, row: number, column: number): HTMLElement {
    const now = this.of(agent).skills[skill.key] ?? 0;
    const input = h("input", { class: "matrix-cell figures", inputmode: "numeric", maxlength: "1", autocomplete: "off",
      value: now ? String(now) : "", "aria-label": `${agent.document.name}, ${skill.title}`, disabled: this.locked,
      data: { row: String(row), column: String(column) } });
    this.mark(input, agent.document.skills[skill.key] ?? 0, now);
    input.addEventListener("focus", () => input.select());
    input.addEventListener("input", () => {
      const level = Number(input.value.replace(/\D/g, "").slice(-1) || "0");
      input.value = level ? String(level) : "";
      const { [skill.key]: _, ...rest } = this.of(agent).skills;
      this.keep(agent, { ...this.of(agent), skills: level ? { ...rest, [skill.key]: level } : rest });
      this.mark(input, agent.document.skills[skill.key] ?? 0, level);
      input.select();
    });
    return input;
  }

  private seat(agent: AgentSet, queue: Column, row: number, column: number): HTMLElement {
    const sits = (one: AgentDocument) => one.seats.some((seat) => seat.queue === queue.key);
    const box = h("input", { type: "checkbox", class: "form-check-input matrix-box", checked: sits(this.of(agent)),
      "aria-label": `${agent.document.name}, ${queue.title}`, disabled: this.locked, data: { row: String(row), column: String(column) } });
    box.addEventListener("change", () => {
      const draft = this.of(agent);
      const rest = draft.seats.filter((seat) => seat.queue !== queue.key);
      const old = agent.document.seats.find((seat) => seat.queue === queue.key);
      const added = old ?? { queue: queue.key, tier: 1, weight: 1, delay_seconds: 0, priority: 0 };
      this.keep(agent, { ...draft, seats: box.checked ? [...rest, added] : rest });
      this.mark(box, sits(agent.document), box.checked);
    });
    this.mark(box, sits(agent.document), box.checked);
    return box;
  }

  private mark(cell: HTMLElement, before: number | boolean, now: number | boolean): void {
    cell.classList.toggle("is-changed", before !== now);
    if (typeof now === "number") cell.dataset["level"] = String(now);
  }

  private keep(agent: AgentSet, draft: AgentDocument): void {
    const order = (one: AgentDocument) => JSON.stringify([Object.entries(one.skills).sort(),
      [...one.seats].sort((a, b) => a.queue.localeCompare(b.queue))]);
    if (order(draft) === order(agent.document)) this.drafts.delete(agent.key);
    else this.drafts.set(agent.key, draft);
    this.drawFoot();
  }

  private drawFoot(): void {
    const n = this.drafts.size;
    fill(this.foot, h("span", { class: n ? "" : "muted" }, n ? nt("{n} agent changed", "{n} agents changed", n) : t("As it is in force")),
      n > 0 && [button(t("Leave it as it was"), "arrow-back-up", this.again),
        button(t("Save"), "device-floppy", () => void this.save(), { class: "btn-primary", id: "save" })]);
  }

  private async save(): Promise<void> {
    let last: Saved<AgentDocument> | null = null;
    for (const [key, document] of [...this.drafts]) {
      const agent = this.world.agents.find((one) => one.key === key);
      if (!agent) continue;
      try {
        last = await save("agent", key, { expected_version: agent.version, note: "", document });
        this.drafts.delete(key);
      } catch (error) {
        this.tell(agent, error);
        this.drawFoot();
        return;
      }
    }
    if (last) tellSaved(last);
    this.again();
  }

  private tell(agent: AgentSet, error: unknown): void {
    if (error instanceof ApiProblem) toast(`${agent.document.name}: ${error.message}`, "error");
    else tellFailure(error);
  }
}

/** Arrows, Home and End walk over the cells; Enter goes down. */
function walk(event: KeyboardEvent, table: HTMLElement): void {
  const cell = event.target as HTMLElement;
  const row = Number(cell.dataset["row"]);
  const column = Number(cell.dataset["column"]);
  if (Number.isNaN(row) || event.altKey || event.ctrlKey || event.metaKey) return;
  const steps: Record<string, [number, number]> = { ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
    Enter: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], Home: [row, 0], End: [row, 999] };
  const step = steps[event.key];
  if (!step) return;
  const cells = [...table.querySelectorAll<HTMLElement>(`[data-row="${step[0]}"]`)];
  const next = step[1] === 999 ? cells[cells.length - 1] : cells.find((one) => one.dataset["column"] === String(step[1]));
  event.preventDefault();
  next?.focus();
}
