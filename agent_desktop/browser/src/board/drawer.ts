// The drawer at the right: one agent with the live call, or one queue with its callers.

import { type Child, fill, h, icon } from "../page/dom";
import { confirmAct } from "../page/dialog";
import { button, empty, iconButton, stateChip } from "../page/parts";
import { tellFailure } from "../page/toast";
import { get, post, query } from "../wire/api";
import { since } from "../wire/clock";
import type { Feed } from "../wire/feed";
import type { AgentFigures, AgentReportRow, AgentRow, CallbackItem, CallRow, QueueRow, Report } from "../wire/shapes";
import { count, durationOr, percent, phone, zone } from "../words/format";
import { t, titled } from "../words/i18n";
import { nextWord, reasonWord, stateTimer, troubleWord } from "../desk/reasons";
import { callbackList, cancelCallback, owedCallbacks } from "../records/callbacks";
import { LeadActs } from "./acts";
import { queueActs } from "./closing";

export type Opened = { kind: "agent" | "queue"; id: string } | null;

export class Drawer {
  private opened: Opened = null;
  private figures = new Map<string, AgentReportRow>();
  private callbacks: CallbackItem[] = [];
  private owedIn = "";  // queue and number of callbacks the list was read for
  private back: HTMLElement | null = null;
  private readonly acts: LeadActs | null;

  constructor(private readonly place: HTMLElement, private readonly feed: Feed,
    private readonly mayHangUp: boolean) {
    this.acts = mayHangUp ? new LeadActs(feed) : null;
    place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.open(null);
    });
  }

  open(what: Opened): void {
    if (what && !this.opened) this.back = document.activeElement as HTMLElement | null;
    this.opened = what;
    this.place.hidden = what === null;
    if (what?.kind === "agent") void this.readFigures();
    this.draw();
    if (what) this.place.querySelector<HTMLElement>("button")?.focus();
    else this.back?.focus();
  }

  draw(): void {
    if (!this.opened) return;
    const { kind, id } = this.opened;
    const body: Child[] = kind === "agent" ? this.agent(this.feed.agents.get(id))
      : this.queue(this.feed.queues.get(id));
    const focused = this.place.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset["key"] : undefined;
    fill(this.place, body);
    if (focused) this.place.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus();
  }

  private head(title: string): HTMLElement {
    return h("div", { class: "drawer-head" }, h("h2", { title }, title),
      iconButton(t("Close"), "x", () => this.open(null), { class: "btn-ghost", "data-key": "close" }));
  }

  private agent(agent: AgentRow | undefined): Child[] {
    if (!agent) return [this.head(t("Agent")), empty("user", t("This agent is gone"))];
    const call = this.feed.calls.get(agent.call_id ?? "");
    const queues = agent.queues.map((name) => this.feed.queues.get(name)).filter((row) => row !== undefined);
    return [this.head(agent.name),
      h("p", { class: "drawer-state" }, stateChip(agent.state), stateTimer(agent),
        agent.reason && agent.state === "not_ready" && reasonWord(agent.reason),
        agent.set_by_name && t("set by {name}", { name: agent.set_by_name }),
        agent.next_state && nextWord(agent.next_state, agent.wanted_reason)),
      agent.trouble && agent.state === "ready" && h("p", { class: "drawer-trouble" },
        icon("alert-triangle"), t("No calls come: {why}", { why: troubleWord(agent.trouble) })),
      this.acts?.of(agent),
      h("dl", { class: "pairs" },
        h("dt", {}, t("Extension")), h("dd", { class: "figures" }, agent.extension),
        h("dt", {}, t("Phone line")), h("dd", {}, agent.phone_ready ? t("registered") : t("not registered")),
        h("dt", {}, t("Queues")), h("dd", {}, queues.map(titled).join(", ") || "–")),
      call ? this.call(call) : h("p", { class: "muted" }, t("No call in hand")),
      this.today(agent.agent_id)];
  }

  private call(call: CallRow): HTMLElement {
    const who = call.customer || phone(call.caller_number);
    const queue = this.feed.queues.get(call.queue);
    return h("section", { class: `drawer-call s-${call.state}` },
      h("h3", {}, stateChip(call.state), since(call.answered_at ?? call.started_at)),
      h("p", { class: "drawer-who" }, who), h("p", { class: "muted figures" },
        phone(call.caller_number), queue ? ` · ${titled(queue)}` : ""),
      this.mayHangUp && button(t("Hang up this call"), "phone-off", () => void this.hangUp(call, who),
        { class: "btn-small", "data-key": `hang-up-${call.call_id}` }));
  }

  private async hangUp(call: CallRow, who: string): Promise<void> {
    const sure = await confirmAct(t("Hang up the call with {name}?", { name: who }), t("Hang up"));
    if (sure) await post(`/calls/${call.call_id}/hang-up`).catch(tellFailure);
  }

  private today(agentId: string): HTMLElement {
    const row = this.figures.get(agentId);
    if (!row) return h("p", { class: "muted" }, t("No figures of today yet"));
    return h("section", {}, h("h3", {}, t("Today")), h("dl", { class: "drawer-figures" },
      [[t("answered"), count(row.answered)], [t("missed"), count(row.missed)],
        [t("talked"), durationOr(row.talked_seconds)], [t("average handling"), durationOr(row.aht_seconds)],
        [t("occupancy"), percent(row.occupancy)]].map(([name, value]) =>
        h("div", {}, h("dt", {}, name), h("dd", { class: "figures" }, value)))));
  }

  private async readFigures(): Promise<void> {
    const path = `/reports/agents${query({ interval: "day", zone: zone() })}`;
    const report = await get<Report<AgentReportRow, AgentFigures>>(path).catch(() => null);
    for (const row of report?.rows ?? []) this.figures.set(row.agent_id, row);
    this.draw();
  }

  private owed(queue: QueueRow): HTMLElement[] {
    if (this.owedIn !== `${queue.name} ${queue.callbacks}`) void this.readOwed(queue);
    if (!queue.callbacks) return [];
    const cancel = this.mayHangUp ? (item: CallbackItem) => void this.cancel(item) : undefined;
    return [h("h3", {}, t("Callbacks owed")), callbackList(this.callbacks, cancel)];
  }

  private async readOwed(queue: QueueRow): Promise<void> {
    this.owedIn = `${queue.name} ${queue.callbacks}`;
    this.callbacks = (await owedCallbacks(queue.name).catch(() => ({ items: [] }))).items;
    this.draw();
  }

  private async cancel(item: CallbackItem): Promise<void> {
    if (await cancelCallback(item)) this.owedIn = "";
  }

  private queue(queue: QueueRow | undefined): Child[] {
    if (!queue) return [this.head(t("Queue")), empty("users", t("This queue is gone"))];
    const waiting = [...this.feed.calls.values()]
      .filter((call) => call.queue === queue.name && (call.state === "waiting" || call.state === "offered"))
      .sort((a, b) => (a.queued_at ?? "").localeCompare(b.queued_at ?? ""));
    const idle = [...this.feed.agents.values()].filter((agent) =>
      agent.queues.includes(queue.name) && (agent.state === "not_ready" || agent.state === "wrap_up"));
    return [this.head(titled(queue)), this.mayHangUp && queueActs(queue),
      h("h3", {}, t("Waiting callers")),
      waiting.length ? h("ol", { class: "drawer-list" }, waiting.map((call) => h("li", {},
        icon("user"), h("span", { class: "agent-name" }, call.customer || phone(call.caller_number)),
        since(call.queued_at, queue.target_seconds)))) : h("p", { class: "muted" }, t("Nobody waits.")),
      ...this.owed(queue),
      h("h3", {}, t("Could help now")),
      idle.length ? h("ul", { class: "drawer-list" }, idle.map((agent) => h("li", {},
        stateChip(agent.state), h("span", { class: "agent-name" }, agent.name), since(agent.since))))
        : h("p", { class: "muted" }, t("Everyone is at work or away."))];
  }
}
