// The card: who is this and what do they want, filled before the phone rings.

import { h, icon } from "../page/dom";
import { chip, face, key, submitButton } from "../page/parts";
import type { CardMatch, CustomerDetail, OpenTicket } from "../wire/shapes";
import { phone } from "../words/format";
import { nt, t } from "../words/i18n";
import { callFacts } from "./facts";
import type { Current } from "./session";
import { who } from "./who";

export interface CardView {
  now: Current;
  chosen: CardMatch | null; // who it is, when that is sure
  detail: CustomerDetail | null; // read when chosen by hand
  choose: (match: CardMatch) => void;
  save: (name: string, company: string) => Promise<void>;
}

export function drawCard(view: CardView): HTMLElement[] {
  const { now, chosen } = view;
  const matches = now.pop?.card.matches ?? [];
  const parts = [
    chosen ? known(view, chosen) : matches.length > 1 ? which(view, matches) : unknown(view)];
  const facts = callFacts(now);
  if (facts) parts.push(facts);
  return parts;
}

function known(view: CardView, match: CardMatch): HTMLElement {
  const { now, detail } = view;
  const card = now.pop?.card ?? {};
  const { number } = who(now);
  return h("section", { class: "card-who", "aria-label": t("Customer") },
    face(match.name, match.vip ? "is-vip" : ""),
    h("div", { class: "card-words" },
      h("h1", { class: "card-name" },
        h("a", { href: `/customers/${match.contact_id}`, title: match.name }, match.name)),
      h("p", { class: "card-company", title: match.account_name },
        match.account_name || t("private customer"), match.grade && ` · ${match.grade}`),
      h("p", { class: "card-number" },
        h("span", { class: "figures" }, number ? phone(number) : t("number withheld")))),
    h("div", { class: "card-marks" },
      match.vip && chip("holding", "star-filled", t("VIP")),
      match.level === "maybe" ? chip("not_ready", "user-question", t("maybe"))
        : chip("ready", "circle-check", t("known"))),
    openThings(detail ? detail.open_tickets : card.open_tickets,
      detail ? detail.unpaid_orders : card.unpaid_orders, card.tags ?? detail?.tags ?? []));
}

function openThings(
  tickets: OpenTicket[] = [], unpaid: string[] = [], tags: string[] = [],
): HTMLElement {
  const open = tickets.length;
  const first = tickets[0];
  return h("p", { class: "card-open" },
    open > 0 ? ticketChip(open, first) : h("span", { class: "muted" }, t("no open tickets")),
    unpaid.map((order) => chip("alarm", "receipt", order)),
    tags.map((tag) => chip("not_ready", "tag", tag)));
}

function ticketChip(open: number, first: OpenTicket | undefined): HTMLElement {
  const words = nt("{n} open ticket", "{n} open tickets", open);
  return chip("offered", "ticket", first ? `${words}: #${first.number} ${first.subject}` : words);
}

function which(view: CardView, matches: CardMatch[]): HTMLElement {
  return h("section", { class: "card-which", "aria-label": t("Which customer?") },
    h("h1", { class: "card-question" }, icon("user-question"), t("Which customer?")),
    h("p", { class: "muted" }, t("This number belongs to several. Press the figure, then Enter.")),
    h("ol", { class: "which-list" }, matches.slice(0, 9).map((match, index) => h("li", {},
      h("button", {
        type: "button", class: "which", data: { which: String(index + 1), key: `which-${index}` },
        on: { click: () => view.choose(match) },
      }, key(String(index + 1)), face(match.name), h("span", { class: "which-name" }, match.name),
      h("span", { class: "which-company" }, match.account_name),
      match.vip && chip("holding", "star-filled", t("VIP")))))));
}

function unknown(view: CardView): HTMLElement {
  const { number } = who(view.now);
  const name = h("input", { class: "form-control", id: "caller-name", autocomplete: "off",
    maxlength: "120", "data-key": "caller-name", placeholder: t("Name") });
  const company = h("input", { class: "form-control", id: "caller-company", autocomplete: "off",
    maxlength: "120", "data-key": "caller-company", placeholder: t("Company (may stay empty)") });
  const save = submitButton(t("Save"), "user-plus", { class: "btn-primary" });
  const form = h("form", { class: "unknown-form" },
    h("label", { class: "visually-hidden", for: "caller-name" }, t("Name")), name,
    h("label", { class: "visually-hidden", for: "caller-company" }, t("Company")), company, save);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!name.value.trim()) return name.focus();
    save.disabled = true;
    void view.save(name.value.trim(), company.value.trim()).finally(() => (save.disabled = false));
  });
  return h("section", { class: "card-who is-unknown", "aria-label": t("Customer") },
    h("span", { class: "face is-unknown", "aria-hidden": "true" }, icon("user-question")),
    h("div", { class: "card-words" },
      h("h1", { class: "card-name" }, t("Unknown caller")),
      h("p", { class: "card-number figures" }, number ? phone(number) : t("number withheld"))),
    form);
}
