// Voice messages: heard where they stand, called back, seen to.

import { fill, h, icon } from "../page/dom";
import type { Mount } from "../page/mount";
import { button, chip, empty } from "../page/parts";
import { player } from "../page/player";
import { tellFailure, toast } from "../page/toast";
import { post } from "../wire/api";
import type { VoiceMessage } from "../wire/records";
import { exactly, phone, when } from "../words/format";
import { t } from "../words/i18n";
import { ticketStatusWord } from "../words/trade";
import { callTabs } from "./call-tabs";
import { choiceField, filterForm, queueOptions, readField } from "./filters";
import { LateWords } from "./late-words";
import { type Column, RecordList } from "./list";

export const mount: Mount = ({ root, desk, signal }) => {
  const state = choiceField("state", t("All messages"), [["unheard", t("not heard yet")], ["open", t("to see to")], ["done", t("done")]]);
  if (!location.search && state instanceof HTMLSelectElement) state.value = "open";
  const filters = filterForm(state, readField("queue", t("Any queue"), queueOptions));
  const place = h("div", { class: "panel" });
  const queues = new LateWords(queueOptions());
  const again = () => list.reload();
  fill(root, callTabs("messages", t("Voice messages"), filters), place);
  const list = new RecordList<VoiceMessage>(place, {
    path: "/messages", caption: t("Voice messages"), filters, columns: columns(queues, desk !== null, again),
    none: () => empty("inbox", t("No messages here"), t("Callers leave one when a queue is closed or full, or when a flow asks for it.")),
  }, signal);
};

function columns(queues: LateWords, hasPhone: boolean, again: () => void): Column<VoiceMessage>[] {
  return [
    { title: t("Left"), cell: (one) => h("a", { href: `/calls/${one.call_id}`, class: "figures", title: exactly(one.at) }, when(one.at)) },
    { title: t("Who"), kind: "main", cell: (one) => h("span", { class: "two-lines" },
      one.contact_id ? h("a", { href: `/customers/${one.contact_id}`, title: one.contact_name }, one.contact_name)
        : h("strong", { class: "figures" }, phone(one.number)),
      h("span", { class: "muted figures" }, one.contact_id && `${phone(one.number)} · `, queues.of(one.queue))) },
    { title: t("Message"), cell: sound },
    { title: t("State"), cell: stateOf },
    { title: t("Ticket"), cell: (one) => one.ticket_id ? h("a", { href: `/tickets/${one.ticket_id}`, class: "figures" },
      `#${one.ticket_number ?? ""} ${ticketStatusWord(one.ticket_status)}`) : "–" },
    { title: t("Acts"), kind: "num", cell: (one) => acts(one, hasPhone, again) },
  ];
}

function sound(one: VoiceMessage): HTMLElement {
  const told = h("small", { class: "told", role: "alert", hidden: true }, t("The recording is not there any more."));
  const place = h("div", { class: "message-sound" }, player({
    url: `/api/v1/messages/${one.message_id}/sound`, seconds: one.seconds,
    label: t("Hear the message of {who}", { who: nameOf(one) }),
    gone: () => { told.hidden = false; },
    played: () => {
      if (one.heard_at) return;
      post<VoiceMessage>(`/messages/${one.message_id}/heard`, {}).then((heard) => {
        Object.assign(one, heard);
        place.closest("tr")?.querySelector(".message-state")?.replaceWith(stateOf(one));
      }).catch(tellFailure);
    },
  }), told);
  return place;
}

const nameOf = (one: VoiceMessage): string => one.contact_name || phone(one.number);

function stateOf(one: VoiceMessage): HTMLElement {
  const [kind, name, words, who, at] = one.done_at
    ? ["ready", "circle-check", t("done"), one.done_by, one.done_at]
    : one.heard_at ? ["wrap_up", "headset", t("heard"), one.heard_by, one.heard_at]
      : ["alarm", "mail", t("not heard yet"), "", ""];
  return h("span", { class: "message-state" }, chip(kind ?? "", name ?? null, words ?? ""),
    who && h("span", { class: "muted", title: exactly(at) }, who));
}

function acts(one: VoiceMessage, hasPhone: boolean, again: () => void): HTMLElement {
  const who = nameOf(one);
  const see = (done: boolean) => () => {
    post(`/messages/${one.message_id}/done`, { done }).then(again).catch(tellFailure);
  };
  if (one.done_at) return button(t("Put back"), "arrow-back-up", see(false), { class: "btn-small", "aria-label": t("Put back the message of {who}", { who }) });
  return h("span", { class: "plan-acts message-acts" }, one.number && callBack(one, hasPhone, who),
    button(t("Done"), "check", see(true), { class: "btn-small", "aria-label": t("Done: the message of {who}", { who }) }));
}

/** One with a phone calls at once; another lets the queue's next free agent call. */
function callBack(one: VoiceMessage, hasPhone: boolean, who: string): HTMLElement {
  const label = t("Call back {who}", { who });
  if (hasPhone) {
    return h("button", { type: "button", class: "btn btn-small", "aria-label": label, data: { dial: one.number } },
      icon("phone-outgoing"), t("Call back"));
  }
  const ask = button(t("Have called back"), "phone-outgoing", () => {
    ask.disabled = true;
    post("/callbacks", { number: one.number, queue: one.queue, caller_name: one.contact_name }).then(() => {
      toast(t("The next free agent of the queue calls {who}.", { who }), "done");
    }).catch((error: unknown) => {
      ask.disabled = false;
      tellFailure(error);
    });
  }, { class: "btn-small", "aria-label": t("Have called back: {who}", { who }) });
  return ask;
}
