// "/" anywhere: find a customer by name, company or number; a number can be called.

import type { DeskSession } from "../desk/session";
import { tellFailure } from "./toast";
import { get, query } from "../wire/api";
import type { CustomerItem, Page } from "../wire/shapes";
import { phone } from "../words/format";
import { t } from "../words/i18n";
import { openDialog } from "./dialog";
import { fill, find, h, icon } from "./dom";
import { addKeys } from "./keys";
import { chip, face, skeleton } from "./parts";

interface Hit {
  label: Node[];
  run: () => void;
}

export function startSearch(go: (path: string) => void, desk: DeskSession | null): void {
  const open = () => openSearch(go, desk);
  find("#search-button").addEventListener("click", open);
  addKeys([{ keys: "/", label: t("Find a customer"), group: t("Everywhere"), run: open }]);
}

function openSearch(go: (path: string) => void, desk: DeskSession | null): void {
  new Search(go, desk).open();
}

class Search {
  private hits: Hit[] = [];
  private at = 0;
  private asked = new AbortController();
  private wait = 0;
  private close = () => undefined as void;
  private readonly input = h("input", { class: "form-control search-input", type: "search",
    role: "combobox", "aria-expanded": "true", "aria-controls": "search-hits",
    "aria-label": t("Find a customer"), autocomplete: "off", placeholder: t("Name, company or number"),
    on: { input: () => this.typed(), keydown: (event) => this.onKey(event) } });
  private readonly list = h("div", { id: "search-hits", class: "search-hits", role: "listbox",
    "aria-label": t("Customers") });

  constructor(private readonly go: (path: string) => void, private readonly desk: DeskSession | null) {}

  open(): void {
    this.close = openDialog(t("Find a customer"), "dialog-search", this.input, this.list).close;
    this.draw();
    this.input.focus();
  }

  private draw(): void {
    fill(this.list, this.hits.map((hit, index) => this.row(hit, index)), !this.hits.length
      && h("p", { class: "search-none" }, this.input.value.trim()
        ? t("Nobody found. Try a part of the name or the last digits.")
        : t("Type a name, a company or a number.")));
    this.input.setAttribute("aria-activedescendant", this.hits.length ? `hit-${this.at}` : "");
  }

  private row(hit: Hit, index: number): HTMLElement {
    const active = index === this.at;
    return h("button", { type: "button", role: "option", id: `hit-${index}`, tabindex: "-1",
      class: `hit ${active ? "is-active" : ""}`, "aria-selected": String(active),
      on: { click: () => this.take(hit) } }, hit.label);
  }

  private take(hit: Hit): void {
    this.close();
    hit.run();
  }

  private typed(): void {
    window.clearTimeout(this.wait);
    this.wait = window.setTimeout(() => void this.search(), 120);
  }

  private onKey(event: KeyboardEvent): void {
    const hit = this.hits[this.at];
    if (event.key === "ArrowDown") this.at = Math.min(this.at + 1, this.hits.length - 1);
    else if (event.key === "ArrowUp") this.at = Math.max(this.at - 1, 0);
    else if (event.key === "Enter" && hit && !event.isComposing) return this.take(hit);
    else return;
    event.preventDefault();
    this.draw();
  }

  private async search(): Promise<void> {
    this.asked.abort();
    this.asked = new AbortController();
    const { signal } = this.asked;
    const typed = this.input.value.trim();
    this.at = 0;
    if (!typed) this.hits = [];
    if (!typed) return this.draw();
    if (!this.hits.length) fill(this.list, skeleton(3));
    try {
      const page = await get<Page<CustomerItem>>(`/customers${query({ q: typed, limit: 8 })}`, signal);
      this.hits = [...page.items.map((one) => customerHit(one, this.go)), ...numberHit(typed, this.desk)];
      this.draw();
    } catch (error) {
      if (!signal.aborted) tellFailure(error);
    }
  }
}

function customerHit(one: CustomerItem, go: (path: string) => void): Hit {
  return {
    label: [face(one.name), h("span", { class: "hit-words" },
      h("strong", {}, one.name), h("span", { class: "muted" }, one.account_name)),
    h("span", { class: "figures muted" }, one.numbers[0] ? phone(one.numbers[0]) : ""),
    ...(one.vip ? [chip("holding", "star-filled", t("VIP"))] : [])],
    run: () => go(`/customers/${one.contact_id}`),
  };
}

function numberHit(typed: string, desk: DeskSession | null): Hit[] {
  const digits = typed.replace(/[\s()-]/g, "");
  if (!desk || !/^\+?\d{3,20}$/.test(digits)) return [];
  return [{
    label: [icon("phone-outgoing"), h("span", { class: "hit-words" },
      h("strong", {}, t("Call {number}", { number: phone(digits) })))],
    run: () => void desk.dial(digits).catch(tellFailure),
  }];
}
