// All our numbers: where a call goes right now, and what they share.

import { openDialog } from "../page/dialog";
import { fill, h, icon } from "../page/dom";
import type { Mount } from "../page/mount";
import { button, chip, empty, field, option, submitButton } from "../page/parts";
import { Region } from "../page/region";
import { tellFailure } from "../page/toast";
import { pageHead } from "../records/head";
import { get, post } from "../wire/api";
import type { Page } from "../wire/shapes";
import { phone, when } from "../words/format";
import { t } from "../words/i18n";
import { blockedPanel, sitesPanel, splitsPanel } from "./shared";
import { schedulesPanel } from "./schedules";
import { screeningPanel } from "./screening";
import type { Choices, NumberItem } from "./shapes";
import { switchClosing } from "./switches";
import { learn, options, targetIcon, targetWords, whyWords } from "./words";

export const mount: Mount = ({ root, signal }) => {
  const place = h("div", { class: "panel" });
  const more = h("div", { class: "plan-panels" });
  const region = new Region<NumberItem[]>(place, {
    load: async (stop) => {
      const [page, known] = await Promise.all([get<Page<NumberItem>>("/numbers", stop), get<Choices>("/plan-choices", stop)]);
      learn(known);
      return page.items;
    },
    show: (items) => {
      if (!more.childElementCount) {
        fill(more, schedulesPanel(signal, () => void region.load(true)), sitesPanel(signal, () => void region.load(true)),
          blockedPanel(signal), screeningPanel(signal, () => void region.load(true)), splitsPanel(signal));
      }
      return table(items, () => void region.load(true));
    }, rows: 4,
  }, signal);
  fill(root, pageHead(t("Numbers"), h("span", { class: "push" },
    button(t("Add a number"), "plus", () => addNumber(() => void region.load(true))))), place, more);
  void region.load();
  const timer = window.setInterval(() => void region.load(true), 30_000); // what happens now changes by the clock
  signal.addEventListener("abort", () => window.clearInterval(timer));
};

function table(items: NumberItem[], reload: () => void): HTMLElement {
  if (!items.length) {
    return empty("phone", t("No numbers yet"), t("Add the numbers that callers dial; each gets a plan of its own."));
  }
  return h("table", { class: "record-table number-table" },
    h("caption", { class: "visually-hidden" }, t("Numbers")),
    h("thead", {}, h("tr", {}, [t("Number"), t("A call right now"), t("Plan"), ""].map((head) => h("th", { scope: "col" },
      head || h("span", { class: "visually-hidden" }, t("Acts")))))),
    h("tbody", {}, items.map((one) => row(one, reload))));
}

function row(one: NumberItem, reload: () => void): HTMLElement {
  const path = `/numbers/${encodeURIComponent(one.number)}`;
  const closed = one.closing ? t("closed by {who}, {time}", { who: one.closing.user_name || t("the system"), time: when(one.closing.since) }) : "";
  return h("tr", { class: one.closing ? "is-closed" : "" },
    h("td", { class: "wide" }, h("span", { class: "two-lines" }, h("a", { class: "plan-number figures", href: path }, phone(one.number)),
      h("span", { class: "muted" }, one.title))),
    h("td", { class: "main" }, h("span", { class: "with-face" }, icon(targetIcon(one.now.target?.kind)),
      h("span", { class: "two-lines" }, h("strong", { title: targetWords(one.now.target) }, targetWords(one.now.target)),
        h("span", { class: one.closing ? "is-alarm" : "muted" }, one.closing ? `${closed} ${one.closing.note}` : whyWords(one.now))))),
    h("td", {}, h("span", { class: "tags" },
      one.version ? chip("ready", "circle-check", t("version {n}", { n: one.version })) : chip("not_ready", "circle-dashed", t("no plan yet")),
      one.has_draft && chip("holding", "pencil", t("draft")),
      one.errors > 0 && chip("alarm", "alert-circle", t("errors: {n}", { n: one.errors })),
      one.warnings > 0 && chip("holding", "alert-triangle", t("warnings: {n}", { n: one.warnings })))),
    h("td", { class: "num" }, h("span", { class: "plan-acts" },
      h("a", { class: "btn btn-small", href: path }, icon("pencil"), t("Plan")),
      one.closing ? button(t("Open again"), "lock-open", () => void switchClosing(one, reload), { class: "btn-small" })
        : button(t("Close now"), "lock", () => void switchClosing(one, reload), { class: "btn-small plan-close" }))));
}

function addNumber(done: () => void): void {
  const number = h("input", { class: "form-control figures", required: true, maxlength: "21", inputmode: "tel", placeholder: "4001" });
  const title = h("input", { class: "form-control", required: true, maxlength: "80" });
  const flow = h("select", { class: "form-select" }, options("flows").map(([name, words]) => option(name, words)));
  const save = submitButton(t("Add the number"), "plus", { class: "btn-primary" });
  const form = h("form", { class: "stack" }, field(t("Number as it is dialled"), number), field(t("Title"), title),
    field(t("Flow while it has no plan"), flow), h("div", { class: "row-end" }, save));
  const dialog = openDialog(t("Add a number"), "", form);
  number.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    post("/numbers", { number: number.value.trim(), title: title.value.trim(), flow: flow.value }).then(() => {
      dialog.close();
      done();
    }).catch(tellFailure);
  });
}

