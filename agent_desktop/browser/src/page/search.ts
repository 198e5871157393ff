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
  const input = h("input", { class: "form-control search-input", type: "search", role: "combobox",
    "aria-expanded": "true", "aria-controls": "search-hits", "aria-label": t("Find a customer"),
    autocomplete: "off", placeholder: t("Name, company or number") });
  const list = h("div", { id: "search-hits", class: "search-hits", role: "listbox",
    "aria-label": t("Customers") });
  const dialog = openDialog(t("Find a customer"), "dialog-search", input, list);
  let hits: Hit[] = [];
  let at = 0;
  let asked = new AbortController();
  const draw = () => {
    fill(list, hits.map((hit, index) => h("button", {
      type: "button", role: "option", id: `hit-${index}`, class: `hit ${index === at ? "is-active" : ""}`,
      "aria-selected": String(index === at), tabindex: "-1", on: { click: () => take(hit) },
    }, hit.label)), !hits.length && h("p", { class: "search-none" }, input.value.trim()
      ? t("Nobody found. Try a part of the name or the last digits.")
      : t("Type a name, a company or a number.")));
    input.setAttribute("aria-activedescendant", hits.length ? `hit-${at}` : "");
  };
  const take = (hit: Hit) => {
    dialog.close();
    hit.run();
  };
  const search = async () => {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const typed = input.value.trim();
    at = 0;
    if (!typed) {
      hits = [];
      return draw();
    }
    if (!hits.length) fill(list, skeleton(3));
    try {
      const page = await get<Page<CustomerItem>>(`/customers${query({ q: typed, limit: 8 })}`, signal);
      hits = [...page.items.map((one) => customerHit(one, go)), ...numberHit(typed, desk)];
      draw();
    } catch (error) {
      if (!signal.aborted) tellFailure(error);
    }
  };
  let wait = 0;
  input.addEventListener("input", () => {
    window.clearTimeout(wait);
    wait = window.setTimeout(() => void search(), 120);
  });
  input.addEventListener("keydown", (event) => {
    const hit = hits[at];
    if (event.key === "ArrowDown") at = Math.min(at + 1, hits.length - 1);
    else if (event.key === "ArrowUp") at = Math.max(at - 1, 0);
    else if (event.key === "Enter" && hit && !event.isComposing) return take(hit);
    else return;
    event.preventDefault();
    draw();
  });
  draw();
  input.focus();
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
