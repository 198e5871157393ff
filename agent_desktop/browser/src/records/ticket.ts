// One ticket: what is to be done, what was said, and how it stands.

import { fill, h, icon } from "../page/dom";
import type { Mount } from "../page/mount";
import { chip, option, submitButton } from "../page/parts";
import { Region } from "../page/region";
import { tellFailure, toast } from "../page/toast";
import { get, patch, post } from "../wire/api";
import type { TicketDetail } from "../wire/shapes";
import { exactly, when } from "../words/format";
import { t } from "../words/i18n";
import { priorityWord, ticketStatusState, ticketStatusWord } from "../words/trade";
import { backLink, panel } from "./head";

type Redraw = (ticket: TicketDetail) => void;

export const mount: Mount = ({ root, signal }) => {
  const id = root.dataset["id"] ?? "";
  const place = h("div", {});
  fill(root, place);
  const redraw: Redraw = (ticket) => fill(place, page(ticket, redraw));
  void new Region(place, {
    load: (stop) => get<TicketDetail>(`/tickets/${id}`, stop), kind: "card", rows: 3,
    show: (ticket) => page(ticket, redraw),
  }, signal).load();
};

function page(ticket: TicketDetail, redraw: Redraw): HTMLElement {
  return h("div", { class: "two-columns" },
    h("div", { class: "column-main" },
      h("section", { class: "panel" }, backLink("/tickets", t("Tickets")),
        h("h1", { class: "record-title" }, h("span", { class: "muted figures" }, `#${ticket.number} `),
          ticket.subject),
        h("p", { class: "record-text" }, ticket.body)),
      panel(t("What was said"), "message", said(ticket), comment(ticket, redraw))),
    h("div", { class: "column-side" }, panel(t("Standing"), "info-circle", standing(ticket, redraw))));
}

function said(ticket: TicketDetail): HTMLElement {
  return h("ol", { class: "said" }, ticket.events.map((event) => h("li", { class: `is-${event.kind}` },
    h("p", { class: "said-head" }, h("strong", {}, event.user_name || t("the system")), " ",
      kindWord(event.kind), h("time", { class: "muted", datetime: event.at, title: exactly(event.at) },
        when(event.at))),
    event.body && h("p", { class: "said-body" }, event.body),
    Object.entries(event.changes).map(([field, [before, after]]) => h("p", { class: "said-change" },
      fieldWord(field), ": ", h("s", {}, valueWord(field, before)), " → ", valueWord(field, after))))));
}

function kindWord(kind: string): string {
  switch (kind) {
    case "opened": return t("opened it");
    case "commented": return t("said");
    case "changed": return t("changed it");
    case "closed": return t("closed it");
    case "reopened": return t("opened it again");
    default: return kind;
  }
}

function fieldWord(field: string): string {
  switch (field) {
    case "status": return t("Status");
    case "priority": return t("Priority");
    case "subject": return t("Subject");
    case "type": return t("Kind");
    case "owner_id": return t("Assigned to");
    case "contact_id": return t("Customer");
    default: return field.replaceAll("_", " ");
  }
}

function valueWord(field: string, value: unknown): string {
  const text = value === null || value === undefined ? "–" : String(value);
  if (field === "status") return ticketStatusWord(text);
  return field === "priority" ? priorityWord(text) : text;
}

function comment(ticket: TicketDetail, redraw: Redraw): HTMLElement {
  const body = h("textarea", { class: "form-control", rows: "3", maxlength: "8000",
    "aria-label": t("Comment"), placeholder: t("Write a comment") });
  const send = submitButton(t("Add comment"), "message", { class: "btn-primary" });
  const form = h("form", { class: "stack" }, body, h("div", { class: "row-end" }, send));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!body.value.trim()) return body.focus();
    send.disabled = true;
    post<TicketDetail>(`/tickets/${ticket.ticket_id}/comments`, { body: body.value.trim() })
      .then(redraw).catch((error: unknown) => {
        send.disabled = false;
        tellFailure(error);
      });
  });
  return form;
}

function standing(ticket: TicketDetail, redraw: Redraw): HTMLElement {
  const change = (values: Record<string, string>) => {
    patch<TicketDetail>(`/tickets/${ticket.ticket_id}`,
      { ...values, row_version: ticket.row_version }).then((next) => {
      toast(t("Saved"), "done");
      redraw(next);
    }).catch(tellFailure);
  };
  const status = h("select", { class: "form-select", "aria-label": t("Status") },
    ["open", "pending", "closed"].map((one) => option(one, ticketStatusWord(one), one === ticket.status)));
  status.addEventListener("change", () => change({ status: status.value }));
  const priority = h("select", { class: "form-select", "aria-label": t("Priority") },
    ["low", "normal", "high", "urgent"].map((one) => option(one, priorityWord(one), one === ticket.priority)));
  priority.addEventListener("change", () => change({ priority: priority.value }));
  return h("dl", { class: "pairs is-form" },
    h("dt", {}, t("Status")), h("dd", {}, status), h("dt", {}, t("Priority")), h("dd", {}, priority),
    h("dt", {}, t("Customer")), h("dd", {}, ticket.contact_id
      ? h("a", { href: `/customers/${ticket.contact_id}` }, ticket.contact_name || "–") : "–"),
    h("dt", {}, t("From the call")), h("dd", {}, ticket.call_ids.length ? ticket.call_ids.map((id) =>
      h("a", { href: `/calls/${id}` }, icon("phone"), " ", t("to the call"))) : "–"),
    h("dt", {}, t("Assigned to")), h("dd", {}, ticket.owner_name || "–"),
    h("dt", {}, t("Opened")), h("dd", {}, exactly(ticket.opened_at)),
    ticket.closed_at && [h("dt", {}, t("Closed")), h("dd", {}, exactly(ticket.closed_at))],
    h("dt", {}, t("Now")), h("dd", {}, chip(ticketStatusState(ticket.status), null,
      ticketStatusWord(ticket.status))));
}
