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
const BEST_FIRST = ["ready", "wrap_up", "talking", "holding", "offered", "not_ready", "offline"];

export function drawTransfer(
  place: HTMLElement, desk: DeskSession, callId: string, close: () => void,
): void {
  const input = h("input", {
    class: "form-control", role: "combobox", "aria-expanded": "true", autocomplete: "off",
    "aria-controls": "transfer-targets", "aria-label": t("Hand over to"), id: "transfer-to",
    placeholder: t("Name, queue or number") });
  const list = h("div", { class: "targets", id: "transfer-targets", role: "listbox",
    "aria-label": t("Hand over to") });
  const note = h("textarea", { class: "form-control", rows: "2", maxlength: "2000",
    "aria-label": t("Note for the next agent"), placeholder: t("Note for the next agent") });
  const go = button(t("Hand over"), "arrow-forward-up", () => submit(),
    { class: "btn-primary", disabled: true });
  let chosen: Target | null = null;
  let at = 0;
  let targets: Target[] = [];

  const choose = (target: Target) => {
    chosen = target;
    input.value = target.name;
    go.disabled = false;
    fill(go, icon("arrow-forward-up"), t("Hand over to {name}", { name: target.name }));
    draw();
    note.focus();
  };
  const draw = () => {
    targets = chosen ? [chosen] : matches(desk, input.value);
    at = Math.min(at, Math.max(0, targets.length - 1));
    fill(list, targets.map((target, index) => row(target, index, index === at, () => choose(target))),
      !targets.length && h("p", { class: "muted" }, t("Nobody by that name")));
    input.setAttribute("aria-activedescendant", targets.length ? `target-${at}` : "");
  };
  const submit = () => {
    if (!chosen) return;
    const { kind, target, name } = chosen;
    go.disabled = true;
    post(`/calls/${callId}/transfer`, { target_kind: kind, target, note: note.value })
      .then(() => {
        toast(t("Handed over to {name}", { name }), "done");
        close();
      })
      .catch((error: unknown) => {
        go.disabled = false;
        tellFailure(error);
      });
  };
  input.addEventListener("input", () => {
    chosen = null;
    go.disabled = true;
    draw();
  });
  input.addEventListener("keydown", (event) => {
    const target = targets[at];
    if (event.key === "ArrowDown") at = Math.min(at + 1, targets.length - 1);
    else if (event.key === "ArrowUp") at = Math.max(at - 1, 0);
    else if (event.key === "Enter" && target) choose(target);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    if (event.key.startsWith("Arrow")) draw();
  });
  note.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape") close();
  });
  fill(place, h("div", { class: "transfer" }, input, list, note, go));
  draw();
  input.focus({ preventScroll: true });
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
