// Hand the call on: type a name, a queue or a number; the note is what the next agent reads.

import type { DeskSession } from "../desk/session";
import { fill, h, icon } from "../page/dom";
import { button, stateChip } from "../page/parts";
import { tellFailure, toast } from "../page/toast";
import { post } from "../wire/api";
import { since } from "../wire/clock";
import type { AgentRow, QueueRow } from "../wire/shapes";
import { phone } from "../words/format";
import { nt, t, titled } from "../words/i18n";

interface Target {
  kind: "agent" | "queue" | "number";
  target: string;
  name: string;
  beside: Node | null;
  icon: string;
}

const SHOWN = 7;
const BEST_FIRST = ["ready", "wrap_up", "talking", "holding", "consulting", "offered", "not_ready", "offline"];

export function drawTransfer(
  place: HTMLElement, desk: DeskSession, callId: string, close: () => void,
): void {
  new TransferPane(desk, callId, close).put(place);
}

class TransferPane {
  private chosen: Target | null = null;
  private targets: Target[] = [];
  private at = 0;
  private readonly input = h("input", {
    class: "form-control", role: "combobox", "aria-expanded": "true", autocomplete: "off",
    "aria-controls": "transfer-targets", "aria-label": t("Hand over to"), id: "transfer-to",
    placeholder: t("Name, queue or number"),
    on: { input: () => this.typed(), keydown: (event) => this.onKey(event) } });
  private readonly list = h("div", { class: "targets", id: "transfer-targets", role: "listbox",
    "aria-label": t("Hand over to") });
  private readonly note = h("textarea", { class: "form-control", rows: "2", maxlength: "2000",
    "aria-label": t("Note for the next agent"), placeholder: t("Note for the next agent"),
    on: { keydown: (event) => this.onNoteKey(event) } });
  private readonly go = button(t("Hand over"), "arrow-forward-up", () => this.submit(),
    { class: "btn-primary", disabled: true });
  private readonly first = button(t("Ask first"), "users", () => this.consult(),
    { disabled: true, "data-key": "consult" });

  constructor(private readonly desk: DeskSession, private readonly callId: string,
    private readonly close: () => void) {}

  put(place: HTMLElement): void {
    fill(place, h("div", { class: "transfer" }, this.input, this.list, this.note,
      h("div", { class: "transfer-acts" }, this.first, this.go)));
    this.draw();
    this.input.focus({ preventScroll: true });
  }

  private draw(): void {
    this.targets = this.chosen ? [this.chosen] : matches(this.desk, this.input.value);
    this.at = Math.min(this.at, Math.max(0, this.targets.length - 1));
    fill(this.list, this.targets.map((target, index) =>
      row(target, index, index === this.at, () => this.choose(target))),
    !this.targets.length && h("p", { class: "muted" }, t("Nobody by that name")));
    this.input.setAttribute("aria-activedescendant", this.targets.length ? `target-${this.at}` : "");
  }

  private typed(): void {
    this.chosen = null;
    this.go.disabled = this.first.disabled = true;
    this.draw();
  }

  private choose(target: Target): void {
    this.chosen = target;
    this.input.value = target.name;
    this.go.disabled = false;
    this.first.disabled = target.kind === "queue";
    fill(this.go, icon("arrow-forward-up"), t("Hand over to {name}", { name: target.name }));
    this.draw();
    this.note.focus();
  }

  private onKey(event: KeyboardEvent): void {
    const target = this.targets[this.at];
    if (event.key === "ArrowDown") this.at = Math.min(this.at + 1, this.targets.length - 1);
    else if (event.key === "ArrowUp") this.at = Math.max(this.at - 1, 0);
    else if (event.key === "Enter" && target && !event.isComposing) this.choose(target);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    if (event.key.startsWith("Arrow")) this.draw();
  }

  private onNoteKey(event: KeyboardEvent): void {
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    }
  }

  /** Hold the customer and ask; the two are joined when both agree. */
  private consult(): void {
    if (!this.chosen) return;
    const { kind, target } = this.chosen;
    this.first.disabled = true;
    post(`/calls/${this.callId}/consult`, { target_kind: kind, target, note: this.note.value })
      .then(() => this.close())
      .catch((error: unknown) => {
        this.first.disabled = false;
        tellFailure(error);
      });
  }

  private submit(): void {
    if (!this.chosen) return;
    const { kind, target, name } = this.chosen;
    this.go.disabled = true;
    post(`/calls/${this.callId}/transfer`, { target_kind: kind, target, note: this.note.value })
      .then(() => {
        toast(t("Handed over to {name}", { name }), "done");
        this.close();
      })
      .catch((error: unknown) => {
        this.go.disabled = false;
        tellFailure(error);
      });
  }
}

function row(
  target: Target, index: number, active: boolean, choose: () => void,
): HTMLElement {
  return h("button", {
    type: "button", role: "option", class: `target ${active ? "is-active" : ""}`, tabindex: "-1",
    "aria-selected": String(active), id: `target-${index}`, on: { click: choose },
  }, icon(target.icon), h("span", { class: "target-name" }, target.name), target.beside);
}

function matches(desk: DeskSession, typed: string): Target[] {
  const wanted = typed.trim().toLowerCase();
  const people = [...desk.feed.agents.values()]
    .filter((agent) => agent.agent_id !== desk.me.agent?.agent_id)
    .filter((agent) => `${agent.name} ${agent.extension}`.toLowerCase().includes(wanted))
    .sort((a, b) => BEST_FIRST.indexOf(a.state) - BEST_FIRST.indexOf(b.state));
  const queues = [...desk.feed.queues.values()]
    .filter((queue) => `${queue.title} ${queue.title_en} ${queue.name}`.toLowerCase()
      .includes(wanted));
  const digits = typed.replace(/[\s-]/g, "");
  const number = /^\+?\d{3,20}$/.test(digits) ? [numberTarget(digits)] : [];
  return [...number, ...queues.map(queueTarget), ...people.map(agentTarget)].slice(0, SHOWN);
}

function agentTarget(agent: AgentRow): Target {
  return { kind: "agent", target: agent.agent_id, name: agent.name, icon: "user",
    beside: stateChip(agent.state) };
}

function queueTarget(queue: QueueRow): Target {
  const beside = h("span", { class: "target-wait" },
    queue.waiting ? [nt("{n} waiting", "{n} waiting", queue.waiting), " ",
      since(queue.oldest_since, queue.target_seconds)]
      : nt("{n} ready", "{n} ready", queue.ready));
  return { kind: "queue", target: queue.name, name: titled(queue), icon: "users", beside };
}

function numberTarget(digits: string): Target {
  return { kind: "number", target: digits, name: phone(digits), icon: "phone-outgoing",
    beside: null };
}
