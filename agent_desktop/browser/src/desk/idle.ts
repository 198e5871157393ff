// Between calls: the last calls and those still without a result; open tickets beside them.

import { fill, h, icon } from "../page/dom";
import { chip, empty } from "../page/parts";
import { Region } from "../page/region";
import { callbackList, owedCallbacks } from "../records/callbacks";
import { get } from "../wire/api";
import type { VoiceMessage } from "../wire/records";
import type { CallItem, Page, TicketItem } from "../wire/shapes";
import { durationOr, exactly, phone, when } from "../words/format";
import { t } from "../words/i18n";
import {
  directionIcon, directionWord, outcomeState, outcomeWord, priorityWord, ticketStatusState,
  ticketStatusWord,
} from "../words/trade";

const OWED_MILLISECONDS = 15_000;

export function drawIdle(place: HTMLElement, signal: AbortSignal): void {
  const list = h("div", { class: "scroll" });
  const owed = h("div", {});
  fill(place, owed, h("section", { class: "panel fill", "aria-label": t("My last calls") },
    h("h1", { class: "column-title" }, icon("phone"), t("My last calls")), list));
  const region = new Region(list, {
    load: (stop) => get<Page<CallItem>>("/calls?limit=20", stop), show: lastCalls, rows: 8,
  }, signal);
  void region.load();
  const readOwed = () => void drawOwed(owed, signal);
  readOwed();
  const again = window.setInterval(readOwed, OWED_MILLISECONDS);
  signal.addEventListener("abort", () => window.clearInterval(again));
  document.addEventListener("callcenter:recorded", () => void region.load(true), { signal });
  document.addEventListener("callcenter:outcome", () => void region.load(true), { signal });
}

/** Callers of my queues who keep their place; nothing at all when nobody does. */
async function drawOwed(place: HTMLElement, signal: AbortSignal): Promise<void> {
  const [owed, left] = await Promise.all([owedCallbacks("", signal).catch(() => null),
    get<Page<VoiceMessage>>("/messages?state=open&limit=5", signal).catch(() => null)]);
  if (signal.aborted || owed === null) return;
  fill(place, left !== null && left.items.length > 0 && messagesLeft(left), owed.items.length > 0 && h("section", { class: "panel", "aria-label": t("My callbacks") },
    h("h2", { class: "column-title" }, icon("phone-outgoing"), t("My callbacks")),
    callbackList(owed.items)));
}

/** What callers of my queues left to be seen to, the newest few. */
function messagesLeft(page: Page<VoiceMessage>): HTMLElement {
  return h("section", { class: "panel", "aria-label": t("Voice messages") },
    h("h2", { class: "column-title" }, icon("inbox"), t("Voice messages"),
      h("a", { class: "column-more", href: "/messages" }, t("all"))),
    h("ul", { class: "drawer-list callback-list" }, page.items.map((one) => h("li", {},
      icon("mail"), h("a", { class: "agent-name", href: "/messages?state=open" }, one.contact_name || phone(one.number)),
      one.heard_at ? chip("wrap_up", "headset", t("heard")) : chip("alarm", "mail", t("not heard yet")),
      h("time", { class: "muted figures", datetime: one.at, title: exactly(one.at) }, when(one.at))))));
}

function lastCalls(page: Page<CallItem>): HTMLElement {
  if (!page.items.length) {
    return empty("phone", t("No calls yet"),
      t("Set yourself ready: the next call comes to this page by itself."));
  }
  return h("ul", { class: "rows" }, page.items.map((call) => h("li", { class: "call-row" },
    h("span", { class: "call-row-mark", title: directionWord(call.direction) },
      icon(directionIcon(call.direction))),
    h("div", { class: "call-row-who" },
      h("a", { class: "call-row-name", href: `/calls/${call.call_id}` },
        nameOf(call) || phone(farNumber(call))),
      h("span", { class: "figures muted" }, nameOf(call) ? phone(farNumber(call))
        : directionWord(call.direction))),
    outcomeChip(call),
    h("span", { class: "figures call-row-time" }, durationOr(call.talked_seconds)),
    h("time", { class: "muted figures call-row-at", datetime: call.started_at,
      title: exactly(call.started_at) }, when(call.started_at, false)),
    farNumber(call) && h("button", {
      type: "button", class: "btn btn-icon btn-ghost", data: { dial: farNumber(call) },
      "aria-label": t("Call {number}", { number: phone(farNumber(call)) }) }, icon("phone-outgoing")))));
}

function nameOf(call: CallItem): string {
  return call.contact_name || call.caller_name;
}

function farNumber(call: CallItem): string {
  return call.direction === "outbound" ? call.dialled_number : call.caller_number;
}

function outcomeChip(call: CallItem): HTMLElement {
  if (call.outcome === "answered" && !call.disposition) {
    return chip("wrap_up", "pencil", t("result missing"));
  }
  return chip(outcomeState(call.outcome), null, outcomeWord(call.outcome));
}

export function drawIdleSide(place: HTMLElement, signal: AbortSignal): void {
  const list = h("div", { class: "scroll" });
  fill(place, h("section", { class: "panel fill", "aria-label": t("Open tickets") },
    h("h2", { class: "column-title" }, icon("ticket"), t("Open tickets"),
      h("a", { class: "column-more", href: "/tickets" }, t("all"))), list));
  void new Region(list, {
    load: (stop) => get<Page<TicketItem>>("/tickets?status=unclosed&limit=12", stop),
    show: openTickets, rows: 6,
  }, signal).load();
}

function openTickets(page: Page<TicketItem>): HTMLElement {
  if (!page.items.length) return empty("inbox", t("No open tickets"), t("All is done."));
  return h("ul", { class: "rows" }, page.items.map((ticket) => h("li", { class: "ticket-row" },
    h("span", { class: "figures muted" }, `#${ticket.number}`),
    h("a", { class: "ticket-row-subject", href: `/tickets/${ticket.ticket_id}`,
      title: ticket.subject }, ticket.subject),
    h("span", { class: "ticket-row-foot muted" }, ticket.contact_name && `${ticket.contact_name} · `,
      when(ticket.opened_at)),
    ticket.priority === "urgent" || ticket.priority === "high"
      ? chip("alarm", "alert-triangle", priorityWord(ticket.priority))
      : chip(ticketStatusState(ticket.status), null, ticketStatusWord(ticket.status)))));
}
