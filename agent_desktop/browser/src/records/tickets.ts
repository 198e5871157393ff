// The tickets: open ones first to see.

import { fill, h } from "../page/dom";
import { openDialog } from "../page/dialog";
import type { Mount } from "../page/mount";
import { button, chip, empty, field, option, submitButton } from "../page/parts";
import { tellFailure } from "../page/toast";
import { post } from "../wire/api";
import type { TicketDetail, TicketItem } from "../wire/shapes";
import { exactly, when } from "../words/format";
import { t } from "../words/i18n";
import { priorityWord, ticketStatusState, ticketStatusWord } from "../words/trade";
import { choiceField, filterForm, searchField } from "./filters";
import { pageHead } from "./head";
import { type Column, RecordList } from "./list";

export const mount: Mount = ({ root, signal }) => {
  const filters = filterForm(searchField("q", t("Subject or number")), choiceField("status", t("Any status"), [
    ["unclosed", t("not closed")], ["open", t("open")], ["pending", t("pending")], ["closed", t("closed")]]));
  const place = h("div", { class: "panel" });
  fill(root, pageHead(t("Tickets"), filters, h("span", { class: "push" },
    button(t("New ticket"), "plus", openNew, { class: "btn-primary" }))), place);
  new RecordList<TicketItem>(place, {
    path: "/tickets", caption: t("Tickets"), filters, columns: columns(),
    none: () => empty("inbox", t("No tickets here"), t("Tickets opened during calls appear here.")),
  }, signal);
};

function columns(): Column<TicketItem>[] {
  return [
    { title: t("No."), kind: "num", cell: (one) => `#${one.number}` },
    { title: t("Subject"), kind: "main", cell: (one) => h("a", { href: `/tickets/${one.ticket_id}`,
      title: one.subject }, one.subject) },
    { title: t("Customer"), kind: "wide", cell: (one) => one.contact_id
      ? h("a", { href: `/customers/${one.contact_id}` }, one.contact_name || "–") : "–" },
    { title: t("Status"), cell: (one) => chip(ticketStatusState(one.status), null,
      ticketStatusWord(one.status)) },
    { title: t("Priority"), cell: (one) => priorityChip(one.priority) },
    { title: t("Assigned to"), kind: "short", cell: (one) => one.owner_name || "–" },
    { title: t("Opened"), kind: "num", cell: (one) => h("time", { datetime: one.opened_at,
      title: exactly(one.opened_at) }, when(one.opened_at, false)) },
  ];
}

export function priorityChip(priority: string): HTMLElement {
  const hot = priority === "urgent" || priority === "high";
  return chip(hot ? "alarm" : "not_ready", hot ? "alert-triangle" : null, priorityWord(priority));
}

function openNew(): void {
  const subject = h("input", { class: "form-control", required: true, maxlength: "200" });
  const body = h("textarea", { class: "form-control", rows: "5", maxlength: "8000" });
  const priority = h("select", { class: "form-select" }, ["low", "normal", "high", "urgent"]
    .map((one) => option(one, priorityWord(one), one === "normal")));
  const save = submitButton(t("Open ticket"), "ticket", { class: "btn-primary" });
  const form = h("form", { class: "stack" }, field(t("Subject"), subject),
    field(t("What is to be done"), body), field(t("Priority"), priority),
    h("div", { class: "row-end" }, save));
  const dialog = openDialog(t("New ticket"), "", form);
  subject.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save.disabled = true;
    post<TicketDetail>("/tickets", { subject: subject.value.trim(),
      body: body.value.trim(), priority: priority.value })
      .then((made) => {
        dialog.close();
        document.dispatchEvent(new CustomEvent("callcenter:go", { detail: `/tickets/${made.ticket_id}` }));
      })
      .catch((error: unknown) => {
        save.disabled = false;
        tellFailure(error);
      });
  });
}
