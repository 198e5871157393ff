// The agent page: idle lists, or the card, the timeline and the form of the call in hand.

import { fill, find, h, icon } from "../page/dom";
import { addKeys } from "../page/keys";
import { refill } from "../page/refill";
import { Region } from "../page/region";
import { tellFailure, toast } from "../page/toast";
import type { Mount } from "../page/mount";
import { get, post } from "../wire/api";
import type { CardMatch, Choice, CustomerDetail, Page, TimelineItem } from "../wire/shapes";
import { t } from "../words/i18n";
import { drawAdvice } from "./advice";
import { drawCard } from "./card";
import { changeDraft, readDraft } from "./draft";
import { WorkForm } from "./form";
import { drawIdle, drawIdleSide } from "./idle";
import { dispositions } from "./outcome";
import type { Current, DeskSession } from "./session";
import { timelineList } from "./timeline";
import { who } from "./who";

class DeskPage {
  private shown = "";
  private chosen: CardMatch | null = null;
  private detail: CustomerDetail | null = null;
  private form: WorkForm | null = null;
  private choices: Choice[] = [];

  constructor(private readonly root: HTMLElement, private readonly desk: DeskSession,
    private readonly signal: AbortSignal) {
    addKeys(this.keys(), signal);
  }

  async start(): Promise<void> {
    this.root.setAttribute("aria-busy", "true");
    this.choices = await dispositions().catch((error: unknown) => {
      tellFailure(error);
      return [];
    });
    if (this.signal.aborted) return;
    this.desk.watch((now) => this.draw(now), this.signal);
    this.root.removeAttribute("aria-busy");
  }

  private draw(now: Current): void {
    const busy = now.stage === "offered" || now.stage === "talking" || now.stage === "wrap_up";
    const mark = busy ? `call ${now.callId}` : "idle";
    if (mark !== this.shown) this.change(mark, now, busy);
    if (busy) this.refresh(now);
  }

  private change(mark: string, now: Current, busy: boolean): void {
    this.shown = mark;
    this.drawnCard = "";
    this.chosen = null;
    this.detail = null;
    this.form = null;
    if (!busy) {
      drawIdle(find("#desk-middle", this.root), this.signal);
      drawIdleSide(find("#desk-side", this.root), this.signal);
      return;
    }
    fill(find("#desk-middle", this.root), h("div", { id: "desk-card" }),
      h("section", { class: "panel timeline", "aria-label": t("Timeline") },
        h("h2", { class: "column-title" }, icon("history"), t("Timeline")),
        h("div", { id: "desk-timeline", class: "scroll" })));
    this.form = new WorkForm(now.callId, this.choices, () => this.contactId(now.callId), this.signal);
    fill(find("#desk-side", this.root), h("div", { id: "desk-advice" }), this.form.element);
    this.settle(now);
  }

  /** Who it is: the only match, or the one chosen before a reload. */
  private settle(now: Current): void {
    const matches = now.pop?.card.matches ?? [];
    const draft = readDraft(now.callId);
    const before = matches.find((match) => match.contact_id === draft.contactId);
    const only = matches.length === 1 ? matches[0] : undefined;
    this.chosen = before ?? only ?? (draft.contactId ? matchOf(draft.contactId, draft.contactName)
      : null);
    if (this.chosen && (before || !only)) void this.read(this.chosen);
    this.drawTimeline(now);
  }

  private drawnCard = "";

  private refresh(now: Current): void {
    if (!this.chosen && now.pop?.card.matches?.length === 1) this.settle(now);
    const { number } = who(now);
    const mark = JSON.stringify([now.pop?.card, now.pop?.data, number, this.chosen,
      this.detail?.contact_id, now.stage === "offered", now.row?.queued_at, now.row?.dialled_number,
      now.row?.answered_at]);
    if (mark !== this.drawnCard) {
      this.drawnCard = mark;
      refill(find("#desk-card", this.root), drawCard({
        now, chosen: this.chosen, detail: this.detail,
        choose: (match) => this.choose(match), save: (name, company) => this.save(name, company, number),
      }));
      refill(find("#desk-advice", this.root), drawAdvice(now));
    }
    this.root.dataset["stage"] = now.stage;
    this.focusName(now);
  }

  private named = "";

  private focusName(now: Current): void {
    if (now.stage !== "talking" || this.named === now.callId) return;
    this.named = now.callId;
    const writing = document.activeElement?.matches("input, textarea, select") ?? false;
    if (!writing) this.root.querySelector<HTMLElement>("#caller-name")?.focus();
  }

  private drawTimeline(now: Current): void {
    const place = find("#desk-timeline", this.root);
    const items = now.pop?.card.timeline;
    if (!this.detail && items && (!this.chosen || this.chosen.contact_id
      === now.pop?.card.matches?.[0]?.contact_id)) {
      fill(place, timelineList(items));
    } else if (this.chosen) {
      const id = this.chosen.contact_id;
      void new Region(place, {
        load: (signal) => get<Page<TimelineItem>>(`/customers/${id}/timeline?limit=20`, signal),
        show: (page) => timelineList(page.items), rows: 6,
      }, this.signal).load();
    } else fill(place, timelineList([]));
  }

  private choose(match: CardMatch): void {
    this.chosen = match;
    const now = this.desk.current();
    changeDraft(now.callId, { contactId: match.contact_id, contactName: match.name,
      saved: readDraft(now.callId).saved });
    void this.read(match).then(() => this.drawTimeline(now));
  }

  private async read(match: CardMatch): Promise<void> {
    try {
      this.detail = await get<CustomerDetail>(`/customers/${match.contact_id}`, this.signal);
    } catch (error) {
      if (!this.signal.aborted) tellFailure(error);
    }
    if (!this.signal.aborted) this.draw(this.desk.current());
  }

  /** Make the unknown caller a customer, with the number he calls from. */
  private async save(name: string, company: string, number: string): Promise<void> {
    const body = { name, ...(company ? { account_name: company } : {}),
      contact_points: number ? [{ kind: "phone", value: number, label: "" }] : [] };
    try {
      const made = await post<CustomerDetail>("/customers", body);
      toast(t("{name} is now a customer", { name: made.name }), "done");
      this.choose(matchOf(made.contact_id, made.name, made.account_name));
    } catch (error) {
      tellFailure(error);
    }
  }

  private contactId(callId: string): string {
    return this.chosen?.contact_id ?? readDraft(callId).contactId;
  }

  private keys() {
    const digits = Array.from({ length: 9 }, (_, index) => ({
      keys: String(index + 1), label: t("Choose a result, or which customer it is"),
      group: t("Call in hand"), hidden: index > 0, run: () => this.digit(index + 1),
    }));
    const note = { keys: "n", label: t("Write the note"), group: t("Call in hand"),
      run: () => this.focus("#call-note") };
    return [...digits, note];
  }

  private digit(figure: number): boolean {
    const option = this.root.querySelector<HTMLElement>(`[data-which="${figure}"]`);
    if (option) {
      option.focus();
      return true;
    }
    return this.desk.current().stage !== "offered" && (this.form?.choose(figure - 1) ?? false);
  }

  private focus(selector: string): boolean {
    const element = this.root.querySelector<HTMLElement>(selector);
    element?.focus();
    return element !== null;
  }
}

function matchOf(contactId: string, name: string, company = ""): CardMatch {
  return { contact_id: contactId, account_id: null, name, account_name: company, grade: "",
    vip: false, level: "known" };
}

export const mount: Mount = ({ root, desk, signal }) => {
  if (desk) void new DeskPage(root, desk, signal).start();
};
