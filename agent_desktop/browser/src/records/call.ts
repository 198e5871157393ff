// One call: how it went, its legs on a line of time, its events, its charge and why.

import { fill, h, icon } from "../page/dom";
import type { Mount } from "../page/mount";
import { chip, empty } from "../page/parts";
import { Region } from "../page/region";
import { get } from "../wire/api";
import { may } from "../wire/rights";
import type { CallDetail, CallLeg } from "../wire/shapes";
import { duration, durationOr, exactly, phone } from "../words/format";
import { t } from "../words/i18n";
import { directionIcon, directionWord, outcomeState, outcomeWord, partyWord } from "../words/trade";
import { factName, factValue } from "../desk/facts";
import { charge } from "./charge";
import { choices } from "./choices";
import { eventFigures, eventWord } from "./events";
import { dispositionOptions, queueOptions } from "./filters";
import { backLink, panel } from "./head";
import { number } from "./customers";
import { routePlace } from "./route";

interface Shown {
  call: CallDetail;
  queues: Map<string, string>;
  results: Map<string, string>;
}

export const mount: Mount = ({ root, desk, me, signal }) => {
  const id = root.dataset["id"] ?? "";
  const place = h("div", {});
  fill(root, place);
  const region = new Region<Shown>(place, {
    load: async (stop) => {
      const [call, queues, results] = await Promise.all([get<CallDetail>(`/calls/${id}`, stop),
        queueOptions().catch(() => []), dispositionOptions().catch(() => [])]);
      return { call, queues: new Map(queues), results: new Map(results) };
    },
    show: (shown) => page(shown, desk !== null, may(me, "number.read")), kind: "card", rows: 3,
  }, signal);
  void region.load();
  document.addEventListener("callcenter:recorded", (event) => {
    if ((event as CustomEvent<string>).detail === id) void region.load(true);
  }, { signal });
};

function page(shown: Shown, mayDial: boolean, seesPlans: boolean): HTMLElement {
  const { call } = shown;
  const why = choices(call);
  return h("div", { class: "two-columns" },
    h("div", { class: "column-main" }, head(call), panel(t("Legs"), "route", legs(call)),
      why && panel(t("Why this agent"), "user", why), panel(t("Events"), "history", events(call))),
    h("div", { class: "column-side" }, panel(t("Facts"), "info-circle", facts(shown, mayDial)),
      panel(t("Charge"), "receipt", charge(call)), seesPlans && routePlace(call.call_id)));
}

function head(call: CallDetail): HTMLElement {
  const far = call.direction === "outbound" ? call.dialled_number : call.caller_number;
  return h("section", { class: "panel" }, backLink("/calls", t("Calls")),
    h("h1", { class: "record-title" }, icon(directionIcon(call.direction)),
      call.contact_name || call.caller_name || phone(far)),
    h("p", { class: "record-line" }, chip(outcomeState(call.outcome), null, outcomeWord(call.outcome)),
      h("span", {}, directionWord(call.direction)), h("span", { class: "figures" }, exactly(call.started_at)),
      h("span", {}, t("waited {time}", { time: durationOr(call.waited_seconds) })),
      h("span", {}, t("talked {time}", { time: durationOr(call.talked_seconds) }))),
    call.incomplete && h("p", { class: "phone-note" }, icon("alert-triangle"),
      t("A part of this call was not seen; the record is incomplete.")),
    call.note && h("p", { class: "record-text" }, call.note));
}

function facts({ call, queues, results }: Shown, mayDial: boolean): HTMLElement {
  const pairs: [string, Node | string][] = [
    [t("Customer"), call.contact_id
      ? h("a", { href: `/customers/${call.contact_id}` }, call.contact_name || "–") : t("not known")],
    [t("Caller"), call.caller_number ? number(call.caller_number, mayDial) : t("number withheld")],
    [t("Dialled"), phone(call.dialled_number)],
    [t("Queue"), call.queue ? queues.get(call.queue) ?? call.queue : "–"],
    [t("Agent"), call.agent_name || "–"], [t("Hung up by"), partyWord(call.hung_up_by)],
    [t("Result"), call.disposition ? results.get(call.disposition) ?? call.disposition : "–"],
    ...Object.entries(call.data).map(([name, value]): [string, string] =>
      [factName(name), factValue(name, value)]),
  ];
  return h("dl", { class: "pairs" }, pairs.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
    call.tickets.length > 0 && [h("dt", {}, t("Tickets")), h("dd", {}, call.tickets.map((ticket) =>
      h("a", { class: "line-link", href: `/tickets/${ticket.ticket_id}` },
        `#${ticket.number} ${ticket.subject}`)))]);
}

/** Each leg as a bar on the call's own line of time: pale while it rang, full while it talked. */
function legs(call: CallDetail): HTMLElement {
  if (!call.legs.length) return empty("route", t("No legs kept"));
  const begin = Date.parse(call.started_at);
  const end = Math.max(begin + 1000, ...call.legs.map((leg) => Date.parse(leg.ended_at ?? call.ended_at ?? leg.started_at)));
  return h("ol", { class: "legs" }, call.legs.map((leg) => legLine(leg, begin, end)));
}

function legLine(leg: CallLeg, begin: number, end: number): HTMLElement {
  const at = (time: string) => (Date.parse(time) - begin) / (end - begin);
  const close = leg.ended_at ? at(leg.ended_at) : 1;
  const bar = (from: number, to: number, kind: string) => {
    const piece = h("span", { class: `leg-bar is-${kind}` });
    piece.style.left = `${Math.max(0, from) * 100}%`;
    piece.style.width = `${Math.max(0.004, to - from) * 100}%`;
    return piece;
  };
  const talked = leg.answered_at ? Date.parse(leg.ended_at ?? new Date(end).toISOString())
    - Date.parse(leg.answered_at) : 0;
  return h("li", {}, h("span", { class: "leg-name", title: leg.channel },
    h("strong", {}, leg.device || leg.channel), h("span", { class: "muted" }, roleWord(leg.role))),
  h("span", { class: "leg-track", "aria-hidden": "true" },
    bar(at(leg.started_at), leg.answered_at ? at(leg.answered_at) : close, "ring"),
    leg.answered_at && bar(at(leg.answered_at), close, "talk")),
  h("span", { class: "figures leg-time" }, leg.answered_at ? duration(talked / 1000) : t("not answered")));
}

function roleWord(role: string): string {
  switch (role) {
    case "caller": return t("caller");
    case "agent": return t("agent");
    case "callee": return t("called");
    default: return t("other");
  }
}

function events(call: CallDetail): HTMLElement {
  if (!call.events.length) return empty("history", t("No events kept"));
  return h("ol", { class: "events" }, call.events.map((event) => h("li", {},
    h("time", { class: "figures muted", datetime: event.at }, exactly(event.at).slice(11)),
    h("span", {}, eventWord(event.kind, call.direction)),
    h("span", { class: "muted" }, event.kind === "offered_to_agent"
      ? String(event.payload["agent_name"] ?? "") : eventFigures(event.payload)))));
}
