// The monthly statements of all accounts.

import { fill, h } from "../page/dom";
import type { Mount } from "../page/mount";
import { chip, empty } from "../page/parts";
import type { StatementItem } from "../wire/shapes";
import { count, money, when } from "../words/format";
import { t } from "../words/i18n";
import { filterForm } from "./filters";
import { pageHead } from "./head";
import { RecordList } from "./list";

export const mount: Mount = ({ root, signal }) => {
  const filters = filterForm(h("label", { class: "filter-day" }, h("span", {}, t("Month")),
    h("input", { class: "form-control", type: "month", name: "month" })));
  const place = h("div", { class: "panel" });
  fill(root, pageHead(t("Statements"), filters), place);
  new RecordList<StatementItem>(place, {
    path: "/statements", caption: t("Statements"), filters,
    columns: [
      { title: t("Account"), kind: "main", cell: (one) => h("a", { href: `/statements/${one.statement_id}`,
        title: one.account_name }, one.account_name || t("callers without an account")) },
      { title: t("Month"), cell: (one) => one.month },
      { title: t("Calls"), kind: "num", cell: (one) => count(one.calls) },
      { title: t("Total"), kind: "num", cell: (one) => money(one.total, one.currency) },
      { title: t("State"), cell: (one) => one.state === "issued"
        ? chip("ready", "circle-check", one.number ?? t("issued")) : chip("not_ready", "pencil", t("draft")) },
      { title: t("Issued"), kind: "num", cell: (one) => when(one.issued_at) },
    ],
    none: () => empty("receipt", t("No statements yet"), t("The first is made from the first priced call of a month.")),
  }, signal);
};
