// A list page: filters kept in the address, a table, more rows on demand.

import { fill, h } from "../page/dom";
import { button } from "../page/parts";
import { Region } from "../page/region";
import { tellFailure } from "../page/toast";
import { get, query } from "../wire/api";
import type { Page } from "../wire/shapes";
import { t } from "../words/i18n";

export interface Column<Item> {
  title: string;
  cell: (item: Item) => Node | string;
  kind?: "num" | "wide" | "main" | "short";
}

export interface ListPlan<Item> {
  path: string;
  columns: Column<Item>[];
  caption: string;
  none: () => HTMLElement;
  filters?: HTMLFormElement;
  fixed?: Record<string, string>;
  limit?: number;
}

export class RecordList<Item> {
  private readonly region: Region<Page<Item>>;

  constructor(place: HTMLElement, private readonly plan: ListPlan<Item>, signal: AbortSignal) {
    this.region = new Region(place, {
      load: (stop) => get<Page<Item>>(this.address(null), stop),
      show: (page) => this.show(page), rows: 9,
    }, signal);
    const form = plan.filters;
    if (form) {
      readAddress(form);
      let wait = 0;
      const change = () => {
        window.clearTimeout(wait);
        wait = window.setTimeout(() => {
          writeAddress(form);
          void this.region.load(true);
        }, 200);
      };
      form.addEventListener("input", change);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        change();
      });
    }
    void this.region.load();
  }

  reload(): void {
    void this.region.load(true);
  }

  private address(cursor: string | null): string {
    const wished = this.plan.filters ? filterValues(this.plan.filters) : {};
    return this.plan.path + query({ ...this.plan.fixed, ...wished, limit: this.plan.limit ?? 50, cursor });
  }

  private show(page: Page<Item>): HTMLElement {
    if (!page.items.length) return this.plan.none();
    const body = h("tbody", {}, page.items.map((item) => this.row(item)));
    const more = h("div", { class: "more" });
    this.offerMore(more, body, page.next_cursor);
    return h("div", {}, h("table", { class: "record-table" },
      h("caption", { class: "visually-hidden" }, this.plan.caption),
      h("thead", {}, h("tr", {}, this.plan.columns.map((column) =>
        h("th", { scope: "col", class: column.kind ?? "" }, column.title)))), body), more);
  }

  private row(item: Item): HTMLElement {
    return h("tr", {}, this.plan.columns.map((column) =>
      h("td", { class: column.kind ?? "" }, column.cell(item))));
  }

  private offerMore(place: HTMLElement, body: HTMLElement, cursor: string | null): void {
    fill(place, cursor && button(t("Show more"), "chevron-down", () => {
      fill(place, h("span", { class: "muted" }, "…"));
      get<Page<Item>>(this.address(cursor)).then((page) => {
        body.append(...page.items.map((item) => this.row(item)));
        this.offerMore(place, body, page.next_cursor);
      }).catch((error: unknown) => {
        tellFailure(error);
        this.offerMore(place, body, cursor);
      });
    }));
  }
}

function filterValues(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value.trim()) values[name] = apiValue(form, name, value.trim());
  }
  return values;
}

/** A day in a filter means its first or last moment here. */
function apiValue(form: HTMLFormElement, name: string, value: string): string {
  const input = form.elements.namedItem(name);
  if (!(input instanceof HTMLInputElement) || input.type !== "date") return value;
  const day = new Date(`${value}T00:00:00`);
  if (name === "to") day.setDate(day.getDate() + 1);
  return day.toISOString();
}

function readAddress(form: HTMLFormElement): void {
  for (const [name, value] of new URLSearchParams(location.search)) {
    const control = form.elements.namedItem(name);
    if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) {
      control.value = value;
    }
  }
}

function writeAddress(form: HTMLFormElement): void {
  const set = [...new FormData(form)].filter(([, value]) => typeof value === "string" && value.trim())
    .map(([name, value]) => [name, String(value).trim()]);
  const search = new URLSearchParams(set).toString();
  history.replaceState(null, "", location.pathname + (search ? `?${search}` : ""));
}
