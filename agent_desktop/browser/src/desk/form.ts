// The right column: how the call ended, a note, a ticket; kept over a reload.

import { h, icon } from "../page/dom";
import { button, key, option, submitButton } from "../page/parts";
import { tellFailure, toast } from "../page/toast";
import { post } from "../wire/api";
import type { Choice, TicketDetail } from "../wire/shapes";
import { labelled, t } from "../words/i18n";
import { changeDraft, readDraft } from "./draft";
import { saveOutcome } from "./outcome";

export interface WorkForm {
  element: HTMLElement;
  choose: (index: number) => boolean;
}

export function drawForm(callId: string, choices: Choice[], contact: () => string): WorkForm {
  const draft = readDraft(callId);
  const told = h("p", { class: "form-told", role: "status" });
  const grid = h("div", { class: "dispositions", role: "radiogroup", "aria-label": t("Result") });
  const note = h("textarea", { class: "form-control", rows: "2", maxlength: "4000", id: "call-note",
    placeholder: t("What was it about?") }, draft.note);
  const save = button(t("Save"), "check", () => void store(), { class: "btn-primary" });
  const show = () => {
    const at = readDraft(callId);
    told.textContent = at.saved ? t("Saved") : at.note || at.disposition
      ? t("Kept in this browser, not saved yet") : "";
    for (const choice of grid.querySelectorAll<HTMLElement>("[role=radio]")) {
      const on = choice.dataset["code"] === at.disposition;
      choice.setAttribute("aria-checked", String(on));
      choice.tabIndex = on || !at.disposition ? 0 : -1;
    }
    save.disabled = !at.disposition || at.saved;
  };
  const pick = (code: string) => {
    changeDraft(callId, { disposition: code });
    show();
  };
  const store = async () => {
    save.disabled = true;
    await saveOutcome(callId).catch(tellFailure);
    show();
  };
  grid.append(...choices.map((choice, index) => disposition(choice, index, pick)));
  grid.addEventListener("keydown", (event) => roam(event, grid));
  note.addEventListener("input", () => {
    changeDraft(callId, { note: note.value });
    show();
  });
  document.addEventListener("callcenter:outcome", show);
  show();
  const element = h("section", { class: "work" },
    h("h2", { class: "column-title" }, icon("pencil-check"), t("Result")), grid,
    h("div", { class: "field is-growing" },
      h("label", { class: "visually-hidden", for: "call-note" }, t("Note")), note),
    h("div", { class: "row-end" }, told, save), ticketForm(callId, contact));
  const choose = (index: number) => {
    const choice = choices[index];
    if (choice) pick(choice.code);
    return Boolean(choice);
  };
  return { element, choose };
}

function disposition(choice: Choice, index: number, pick: (code: string) => void): HTMLElement {
  return h("button", {
    type: "button", role: "radio", class: "disposition", data: { code: choice.code },
    on: { click: () => pick(choice.code) },
  }, index < 9 && key(String(index + 1)), h("span", {}, labelled(choice)));
}

function roam(event: KeyboardEvent, group: HTMLElement): void {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const all = [...group.querySelectorAll<HTMLElement>("[role=radio]")];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = all[(at + step + all.length) % all.length];
  next?.focus();
  next?.click();
  event.preventDefault();
}

function ticketForm(callId: string, contact: () => string): HTMLElement {
  const draft = readDraft(callId);
  const subject = h("input", { class: "form-control", maxlength: "200", value: draft.subject,
    autocomplete: "off", id: "ticket-subject", ...named(t("Subject")) });
  const body = h("textarea", { class: "form-control", rows: "2", maxlength: "8000",
    id: "ticket-body", ...named(t("What is to be done")) }, draft.body);
  const priority = h("select", { class: "form-select", "aria-label": t("Priority"),
    id: "ticket-priority" },
    option("low", t("low"), draft.priority === "low"),
    option("normal", t("normal"), draft.priority === "normal"),
    option("high", t("high"), draft.priority === "high"),
    option("urgent", t("urgent"), draft.priority === "urgent"));
  const open = submitButton(t("Open ticket"), "ticket");
  const keep = () => changeDraft(callId, {
    subject: subject.value, body: body.value, priority: priority.value,
    saved: readDraft(callId).saved });
  const form = h("form", { class: "ticket-form", on: { input: keep } },
    subject, body, h("div", { class: "ticket-foot" }, priority, open));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!subject.value.trim()) return subject.focus();
    open.disabled = true;
    post<TicketDetail>("/tickets", ticketOf(callId, contact(), subject, body, priority))
      .then((ticket) => {
        toast(t("Ticket #{number} is open", { number: ticket.number }), "done");
        form.reset();
        subject.value = body.value = "";
        keep();
      })
      .catch(tellFailure)
      .finally(() => (open.disabled = false));
  });
  return h("details", { class: "ticket-fold", open: true },
    h("summary", { class: "column-title" }, icon("ticket"), t("Ticket")), form);
}

const named = (label: string) => ({ placeholder: label, "aria-label": label });

function ticketOf(
  callId: string, contactId: string, subject: HTMLInputElement, body: HTMLTextAreaElement,
  priority: HTMLSelectElement,
): Record<string, string> {
  const ticket: Record<string, string> = {
    subject: subject.value.trim(), body: body.value.trim(),
    priority: priority.value,
  };
  if (contactId) ticket["contact_id"] = contactId;
  if (callId) ticket["call_id"] = callId;
  return ticket;
}
