// One statement, each line with its reason; made to be printed.

import { fill, h } from "../page/dom";
import type { Mount } from "../page/mount";
import { button, empty } from "../page/parts";
import { Region } from "../page/region";
import { get } from "../wire/api";
import type { StatementDetail } from "../wire/shapes";
import { count, duration, exactly, money, phone, when } from "../words/format";
import { t } from "../words/i18n";
import { backLink } from "./head";

export const mount: Mount = ({ root, signal }) => {
  const id = root.dataset["id"] ?? "";
  const place = h("div", {});
  fill(root, place);
  void new Region(place, {
    load: (stop) => get<StatementDetail>(`/statements/${id}`, stop), show: page, kind: "card", rows: 3,
  }, signal).load();
};

function page(statement: StatementDetail): HTMLElement {
  return h("article", { class: "panel sheet" },
    h("div", { class: "sheet-acts" }, backLink("/statements", t("Statements")),
      button(t("Print"), "printer", () => window.print())),
    h("header", { class: "sheet-head" },
      h("div", {}, h("p", { class: "muted" }, t("Statement for {month}", { month: statement.month })),
        h("h1", {}, statement.account_name || t("callers without an account")),
        h("p", { class: "muted" }, statement.issued_at ? t("issued {date}",
          { date: exactly(statement.issued_at).slice(0, 10) }) : t("draft: the month may still change"))),
      h("p", { class: "sheet-total figures" }, money(statement.total, statement.currency))),
    statement.lines.length ? lines(statement) : empty("receipt", t("No calls in this month")));
}

function lines(statement: StatementDetail): HTMLElement {
  const heads: [string, string][] = [[t("When"), ""], [t("Number"), ""], [t("With"), "main"], [t("Talked"), "num"],
    [t("Charged"), "num"], [t("Amount"), "num"]];
  return h("table", { class: "record-table" },
    h("caption", { class: "visually-hidden" }, t("Calls")),
    h("thead", {}, h("tr", {}, heads.map(([word, kind]) => h("th", { scope: "col", class: kind }, word)))),
    h("tbody", {}, statement.lines.map((line) => h("tr", {},
      h("td", {}, h("a", { class: "figures", href: `/calls/${line.call_id}` }, when(line.at))),
      h("td", { class: "figures" }, phone(line.number)),
      h("td", { class: "main" }, line.contact_name,
        line.kind === "reversal" && h("span", { class: "muted" }, " ", t("taken back"))),
      h("td", { class: "num" }, duration(Number(line.answered_seconds))),
      h("td", { class: "num" }, duration(line.billed_seconds)),
      h("td", { class: "num" }, money(line.amount, statement.currency))))),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row", colspan: "2" }, t("Total")),
      h("td", { class: "main" }, t("{n} calls", { n: count(statement.calls) }),
        statement.unrated > 0 && `, ${t("{n} without a price", { n: count(statement.unrated) })}`),
      h("td", {}), h("td", {}),
      h("td", { class: "num" }, money(statement.total, statement.currency)))));
}
