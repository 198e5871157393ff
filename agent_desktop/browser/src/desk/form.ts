// The right column: how the call ended, a note, a ticket; kept over a reload.

import { h, icon } from "../page/dom";
import { button, key, option, submitButton } from "../page/parts";
import { tellFailure, toast } from "../page/toast";
import { post } from "../wire/api";
import type { Choice, TicketDetail } from "../wire/shapes";
import { labelled, t } from "../words/i18n";
import { changeDraft, type Draft, readDraft } from "./draft";
import { saveOutcome } from "./outcome";

export class WorkForm {
  readonly element: HTMLElement;
  private readonly told = h("p", { class: "form-told", role: "status" });
  private readonly grid = h("div", { class: "dispositions", role: "radiogroup", "aria-label": t("Result") });
  private readonly save = button(t("Save"), "check", () => void this.store(), { class: "btn-primary" });

  constructor(private readonly callId: string, private readonly choices: Choice[],
    contact: () => string, signal: AbortSignal) {
    const note = h("textarea", { class: "form-control", rows: "2", maxlength: "4000", id: "call-note",
      placeholder: t("What was it about?"), on: { input: () => this.change({ note: note.value }) } },
    readDraft(callId).note);
    this.grid.append(...choices.map((choice, index) =>
      disposition(choice, index, (code) => this.change({ disposition: code }))));
    this.grid.addEventListener("keydown", (event) => roam(event, this.grid));
    document.addEventListener("callcenter:outcome", () => this.show(), { signal });
    this.element = h("section", { class: "work" },
      h("h2", { class: "column-title" }, icon("pencil-check"), t("Result")), this.grid,
      h("div", { class: "field is-growing" },
        h("label", { class: "visually-hidden", for: "call-note" }, t("Note")), note),
      h("div", { class: "row-end" }, this.told, this.save), ticketForm(callId, contact));
    this.show();
  }

  /** Choose the result at this place of the list; false when there is none. */
  choose(index: number): boolean {
    const choice = this.choices[index];
    if (choice) this.change({ disposition: choice.code });
    return Boolean(choice);
  }

  private change(values: Partial<Draft>): void {
    changeDraft(this.callId, values);
    this.show();
  }

  private show(): void {
    const draft = readDraft(this.callId);
    this.told.textContent = draft.saved ? t("Saved") : draft.note || draft.disposition
      ? t("Kept in this browser, not saved yet") : "";
    for (const choice of this.grid.querySelectorAll<HTMLElement>("[role=radio]")) {
      const on = choice.dataset["code"] === draft.disposition;
      choice.setAttribute("aria-checked", String(on));
      choice.tabIndex = on || !draft.disposition ? 0 : -1;
    }
    this.save.disabled = !draft.disposition || draft.saved;
  }

  private async store(): Promise<void> {
    this.save.disabled = true;
    await saveOutcome(this.callId).catch(tellFailure);
    this.show();
  }
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
