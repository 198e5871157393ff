// One customer: who it is, what is open, all that happened; edited in place.

import { fill, h, icon } from "../page/dom";
import type { Mount } from "../page/mount";
import { chip, empty, face } from "../page/parts";
import { Region } from "../page/region";
import { tellFailure, toast } from "../page/toast";
import { get, patch, post } from "../wire/api";
import { may } from "../wire/rights";
import type { CallItem, CustomerDetail, OpenTicket, Page, TimelineItem } from "../wire/shapes";
import { durationOr, when } from "../words/format";
import { t } from "../words/i18n";
import { channelWord, outcomeWord, ticketStatusState, ticketStatusWord } from "../words/trade";
import { timelineList } from "../desk/timeline";
import { contactPoints } from "./contact";
import { editable } from "./editable";
import { backLink, panel } from "./head";
import { pinPanel } from "./pin";

export const mount: Mount = ({ root, desk, me, signal }) => {
  const id = root.dataset["id"] ?? "";
  const place = h("div", {});
  fill(root, place);
  const region: Region<CustomerDetail> = new Region(place, {
    load: (stop) => get<CustomerDetail>(`/customers/${id}`, stop), kind: "card", rows: 3,
    show: (customer) => page(customer, { mayDial: desk !== null, maySetPin: may(me, "customer.set_pin") }, signal,
      () => void region.load(true)),
  }, signal);
  void region.load();
};

interface Rights {
  mayDial: boolean;
  maySetPin: boolean;
}

function page(
  customer: CustomerDetail, rights: Rights, signal: AbortSignal, again: () => void,
): HTMLElement {
  let version = customer.row_version;
  const save = async (values: Record<string, unknown>) => {
    const next = await patch<CustomerDetail>(`/customers/${customer.contact_id}`,
      { ...values, row_version: version });
    version = next.row_version;
    toast(t("Saved"), "done");
    return next;
  };
  return h("div", { class: "customer-page" },
    h("div", { class: "customer-side" }, head(customer, save),
      panel(t("Numbers and addresses"), "phone", contactPoints(customer, rights.mayDial, again)),
      rights.maySetPin && pinPanel(customer.contact_id, signal),
      panel(t("Note"), "note", editable({ value: customer.note, label: t("Note"), long: true,
        none: t("Nothing noted yet"), save: (note) => save({ note }) }))),
    h("div", { class: "customer-main" }, openThings(customer), history(customer, signal),
      records(customer, signal)));
}

type Save = (values: Record<string, unknown>) => Promise<CustomerDetail>;

function head(customer: CustomerDetail, save: Save) {
  return h("section", { class: "panel customer-head" }, backLink("/customers", t("Customers")),
    h("div", { class: "customer-name" }, face(customer.name, customer.vip ? "is-vip" : ""),
      h("div", { class: "customer-words" },
        h("h1", {}, editable({ value: customer.name, label: t("Name"), save: (name) => save({ name }) })),
        editable({ value: customer.account_name, label: t("Company"), none: t("private customer"),
          save: (value) => save({ account_name: value }) }))),
    h("div", { class: "customer-marks" }, vipSwitch(customer, save),
      h("span", { class: "muted" }, t("Grade"), " "),
      editable({ value: customer.grade, label: t("Grade"), none: "–",
        save: (grade) => save({ grade }) })),
    ownerLine(customer, save),
    h("div", { class: "tags" }, icon("tag"), editable({ value: customer.tags.join(", "),
      label: t("Tags, with commas between"), none: t("no tags"),
      save: (value) => save({ tags: value.split(/[,，]/).map((one) => one.trim()).filter(Boolean) }) })));
}

function ownerLine(customer: CustomerDetail, save: Save): HTMLElement {
  const name = h("span", { class: "muted" }, customer.owner_name);
  return h("div", { class: "customer-marks" }, h("span", { class: "muted" }, t("Owner")),
    editable({ value: customer.owner, label: t("Owner: a log-in name"), none: t("nobody"),
      save: async (owner) => { name.textContent = (await save({ owner })).owner_name; } }), name);
}

function vipSwitch(customer: CustomerDetail, save: Save): HTMLElement {
  const button = h("button", { type: "button", class: "vip-switch s-holding",
    "aria-pressed": String(customer.vip) }, icon("star-filled"), t("VIP"));
  button.addEventListener("click", () => {
    const vip = button.getAttribute("aria-pressed") !== "true";
    save({ vip }).then(() => button.setAttribute("aria-pressed", String(vip))).catch(tellFailure);
  });
  return button;
}

function openThings(customer: CustomerDetail): HTMLElement | null {
  if (!customer.open_tickets.length && !customer.unpaid_orders.length) return null;
  return panel(t("Open"), "alert-circle",
    h("ul", { class: "rows" }, customer.open_tickets.map(ticketLine)),
    h("p", { class: "open-money" }, customer.unpaid_orders.map((order) => chip("alarm", "receipt", order))));
}

function ticketLine(ticket: OpenTicket): HTMLElement {
  return h("li", { class: "ticket-row" }, h("span", { class: "figures muted" }, `#${ticket.number}`),
    h("a", { class: "ticket-row-subject", href: `/tickets/${ticket.ticket_id}`, title: ticket.subject },
      ticket.subject),
    h("span", { class: "ticket-row-foot muted" }, when(ticket.opened_at)),
    chip(ticketStatusState(ticket.status), null, ticketStatusWord(ticket.status)));
}

function history(customer: CustomerDetail, signal: AbortSignal): HTMLElement {
  const place = h("div", {});
  const chips = h("div", { class: "timeline-filters", role: "group", "aria-label": t("Channels") });
  const region = new Region(place, {
    load: (stop) => get<Page<TimelineItem>>(`/customers/${customer.contact_id}/timeline?limit=100`, stop),
    show: (page) => filtered(page.items, chips), rows: 7,
  }, signal);
  void region.load();
  return h("section", { class: "panel", "aria-label": t("Timeline") },
    h("div", { class: "panel-line" }, h("h2", { class: "column-title" }, icon("history"), t("Timeline")), chips),
    noteForm(customer, () => void region.load(true)), place);
}

function noteForm(customer: CustomerDetail, again: () => void): HTMLElement {
  const text = h("input", { class: "form-control", maxlength: "4000", "aria-label": t("Write a note"),
    placeholder: t("Write a note") });
  const form = h("form", { class: "note-form" }, text, h("button", { class: "btn" }, icon("note"), t("Add")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!text.value.trim()) return text.focus();
    post(`/customers/${customer.contact_id}/notes`, { text: text.value.trim() }).then(() => {
      text.value = "";
      again();
    }).catch(tellFailure);
  });
  return form;
}

function filtered(items: TimelineItem[], chips: HTMLElement): HTMLElement {
  const place = h("div", {});
  const channels = [...new Set(items.map((item) => item.channel))];
  const show = (channel: string) => {
    for (const one of chips.querySelectorAll("button")) {
      one.setAttribute("aria-pressed", String(one.dataset["channel"] === channel));
    }
    fill(place, timelineList(channel ? items.filter((item) => item.channel === channel) : items));
  };
  const chipFor = (channel: string, word: string) => h("button", { type: "button",
    class: "chip-button btn-small", data: { channel }, on: { click: () => show(channel) } }, word);
  fill(chips, channels.length > 1 && [chipFor("", t("all")),
    channels.map((channel) => chipFor(channel, channelWord(channel)))]);
  show("");
  return place;
}

function records(customer: CustomerDetail, signal: AbortSignal): HTMLElement {
  const calls = h("div", {});
  void new Region(calls, {
    load: (stop) => get<Page<CallItem>>(`/calls?contact_id=${customer.contact_id}&limit=10`, stop),
    show: callLines, rows: 3,
  }, signal).load();
  return panel(t("Calls"), "phone", calls);
}

function callLines(page: Page<CallItem>): HTMLElement {
  if (!page.items.length) return empty("phone", t("No calls yet"));
  return h("ul", { class: "rows" }, page.items.map((call) => h("li", { class: "call-line" },
    h("a", { href: `/calls/${call.call_id}` }, when(call.started_at)),
    h("span", { class: "muted" }, call.agent_name), h("span", {}, outcomeWord(call.outcome)),
    h("span", { class: "figures" }, durationOr(call.talked_seconds)))));
}
