// The reasons of being not ready: list and form.

import { fill, h, icon } from "../page/dom";
import type { PageContext } from "../page/mount";
import { chip, empty } from "../page/parts";
import { Region } from "../page/region";
import { tellFailure } from "../page/toast";
import { duration, exactly, when } from "../words/format";
import { labelled, t } from "../words/i18n";
import { coming, Editor, gone, mayWrite, section } from "./editor";
import type { Configured, ReasonDocument } from "./shapes";
import { settingsHead } from "./tabs";
import { readAll, readOne } from "./wire";

type ReasonSet = Configured<ReasonDocument>;

export function showReasons(page: PageContext): void {
  const place = h("div", { class: "panel" });
  fill(page.root, settingsHead("reasons", mayWrite(page)
    && h("a", { class: "btn btn-primary", href: "/settings/reasons/new" }, icon("plus"), t("New reason"))), place);
  void new Region(place, { load: (stop) => readAll("reason", stop), show: (all) => table(all), rows: 5 }, page.signal).load();
}

function table(all: ReasonSet[]): HTMLElement {
  const live = all.filter((one) => !one.archived).sort((a, b) => a.document.sort - b.document.sort);
  const old = all.filter((one) => one.archived);
  if (!live.length && !old.length) return empty("coffee", t("No reasons yet"), t("Agents choose one when they are not ready."));
  const columns = [t("Reason"), t("Paid"), t("Longest"), t("Most a day"), t("Last changed")];
  return h("div", {}, h("table", { class: "record-table settings-table" },
    h("caption", { class: "visually-hidden" }, t("Not-ready reasons")),
    h("thead", {}, h("tr", {}, columns.map((one) => h("th", { scope: "col" }, one)))),
    h("tbody", {}, live.map((one) => h("tr", {},
      h("td", { class: "main" }, h("a", { href: link(one) }, labelled(one.document)), " ", h("span", { class: "muted mono" }, one.key)),
      h("td", {}, one.document.paid ? chip("ready", "check", t("paid")) : chip("not_ready", "minus", t("unpaid"))),
      h("td", { class: "figures" }, one.document.max_seconds === null ? h("span", { class: "muted" }, t("no limit")) : duration(one.document.max_seconds)),
      h("td", { class: "figures" }, one.document.max_a_day === null ? h("span", { class: "muted" }, t("no limit")) : String(one.document.max_a_day)),
      h("td", {}, one.changed_at ? h("span", { title: exactly(one.changed_at) }, `${one.changed_by_name || t("the system")}, ${when(one.changed_at)}`)
        : h("span", { class: "muted" }, "–")))))),
  old.length > 0 && h("details", { class: "out-of-use" }, h("summary", {}, t("out of use")),
    h("ul", {}, old.map((one) => h("li", {}, h("a", { href: link(one) }, labelled(one.document)))))));
}

const link = (one: ReasonSet) => `/settings/reasons/${encodeURIComponent(one.key)}`;

export function showReason(page: PageContext, key: string): void {
  fill(page.root, coming());
  const found = key === "new" ? Promise.resolve(null) : readOne("reason", key, page.signal);
  found.then((seen) => edit(page, seen)).catch((error: unknown) => {
    fill(page.root, gone(["/settings/reasons", t("Not-ready reasons")]));
    tellFailure(error);
  });
}

function edit(page: PageContext, seen: ReasonSet | null): void {
  const code = h("input", { class: "form-control mono", maxlength: "40", required: true, autocomplete: "off" });
  const plan = {
    kind: "reason" as const, seen, key: seen?.key ?? "",
    heading: t("New reason"), fresh: { label: "", label_en: "", sort: 0, paid: true, max_seconds: null, max_a_day: null },
    back: ["/settings/reasons", t("Not-ready reasons")] as [string, string], title: labelled,
    sections: (editor: Editor<"reason">) => {
      code.addEventListener("input", () => {
        plan.key = code.value.trim();
        editor.touched();
      });
      const { form } = editor;
      return [section(t("General"), "coffee", !seen && form.beside("key", t("Short name"), code, t("a-z and 0-9, never changed")),
        form.text("label", t("Title")), form.text("label_en", t("English name")),
        form.number("sort", t("Order"), "", { hint: t("The lower, the higher in the list.") }),
        form.toggle("paid", t("Paid")),
        form.number("max_seconds", t("Longest"), t("s"), { none: t("no limit"), hint: t("Beyond it, agent and supervisor are told.") }),
        form.number("max_a_day", t("Most a day"), t("times"), { none: t("no limit") }))];
    },
  };
  new Editor(page, plan);
}
