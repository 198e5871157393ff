// What all plans share beside hours: sites, the block list, and how splits turned out.

import { openDialog } from "../page/dialog";
import { h, icon } from "../page/dom";
import { button, chip, empty, field, iconButton, option, submitButton } from "../page/parts";
import { Region } from "../page/region";
import { tellFailure } from "../page/toast";
import { api, get, post, put } from "../wire/api";
import type { Page } from "../wire/shapes";
import { count, phone, when } from "../words/format";
import { t } from "../words/i18n";
import type { Blocked, Site, Split } from "./shapes";
import { targetWords } from "./words";

export function sharedPanel(title: string, iconName: string, act: HTMLElement | null, body: HTMLElement): HTMLElement {
  return h("section", { class: "panel", "aria-label": title },
    h("div", { class: "panel-line" }, h("h2", { class: "column-title" }, icon(iconName), title), act), body);
}

export function sitesPanel(signal: AbortSignal, changed: () => void): HTMLElement {
  const place = h("div", {});
  const region = new Region<Site[]>(place, {
    load: async (stop) => (await get<Page<Site>>("/sites", stop)).items, rows: 2,
    show: (items) => items.length ? h("ul", { class: "plan-list" }, items.map((one) => siteRow(one, again)))
      : empty("building", t("No sites"), t("A site groups the places calls are answered; while it is down its share of a split goes elsewhere.")),
  }, signal);
  const again = () => {
    void region.load(true);
    changed();
  };
  void region.load();
  return sharedPanel(t("Sites"), "building", button(t("Add"), "plus", () => addSite(again), { class: "btn-small" }), place);
}

function siteRow(one: Site, again: () => void): HTMLElement {
  const turn = () => {
    put(`/sites/${one.name}`, { title: one.title, up: !one.up }).then(again).catch(tellFailure);
  };
  return h("li", {}, h("span", { class: "two-lines" }, h("strong", {}, one.title),
    h("span", { class: "muted" }, t("since {time}", { time: when(one.since) }))),
  one.up ? chip("ready", "circle-check", t("in operation")) : chip("alarm", "plug-connected-x", t("switched off")),
  button(one.up ? t("Switch {site} off", { site: one.title }) : t("Switch {site} on", { site: one.title }), null, turn, { class: "btn-small" }));
}

function addSite(done: () => void): void {
  const name = h("input", { class: "form-control", required: true, maxlength: "40", pattern: "[a-z0-9][a-z0-9\\-]*", placeholder: "shanghai" });
  const title = h("input", { class: "form-control", required: true, maxlength: "80" });
  const form = h("form", { class: "stack" }, field(t("Short name, a-z and 0-9"), name), field(t("Title"), title),
    h("div", { class: "row-end" }, submitButton(t("Add the site"), "plus", { class: "btn-primary" })));
  const dialog = openDialog(t("Add a site"), "", form);
  name.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    put(`/sites/${encodeURIComponent(name.value.trim())}`, { title: title.value.trim() }).then(() => {
      dialog.close();
      done();
    }).catch(tellFailure);
  });
}

export function blockedPanel(signal: AbortSignal): HTMLElement {
  const place = h("div", {});
  const region = new Region<Blocked[]>(place, {
    load: async (stop) => (await get<Page<Blocked>>("/blocked-numbers", stop)).items, rows: 2,
    show: (items) => items.length ? h("ul", { class: "plan-list" }, items.map((one) => blockedRow(one, again)))
      : empty("circle-minus", t("Nobody is blocked"), t("Blocked callers get busy, unanswered. A number that ends in * blocks all that begin so.")),
  }, signal);
  const again = () => void region.load(true);
  void region.load();
  return sharedPanel(t("Block list"), "circle-minus", button(t("Block"), "plus", () => addBlocked(again), { class: "btn-small" }), place);
}

function blockedRow(one: Blocked, again: () => void): HTMLElement {
  const number = one.number.endsWith("*") ? one.number : phone(one.number);
  const free = () => {
    api("DELETE", `/blocked-numbers/${one.entry_id}`).then(again).catch(tellFailure);
  };
  return h("li", {}, h("span", { class: "two-lines" }, h("strong", { class: "figures" }, number),
    h("span", { class: "muted" }, [one.reason, one.user_name].filter(Boolean).join(" · "))),
  h("span", { class: "muted figures" }, one.until ? t("until {time}", { time: when(one.until) }) : t("for ever")),
  iconButton(t("Unblock {number}", { number }), "x", free, { class: "btn-ghost" }));
}

function addBlocked(done: () => void): void {
  const number = h("input", { class: "form-control figures", required: true, maxlength: "40", inputmode: "tel" });
  const reason = h("input", { class: "form-control", maxlength: "200" });
  const hours = h("select", { class: "form-select" }, option("24", t("a day")), option("168", t("a week")), option("", t("for ever"), true));
  const form = h("form", { class: "stack" }, field(t("Number, or a beginning with *"), number), field(t("Why"), reason),
    field(t("For how long"), hours), h("div", { class: "row-end" }, submitButton(t("Block the number"), "circle-minus", { class: "btn-danger" })));
  const dialog = openDialog(t("Block a number"), "", form);
  number.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const until = hours.value ? new Date(Date.now() + Number(hours.value) * 3_600_000).toISOString() : null;
    post("/blocked-numbers", { number: number.value.trim(), reason: reason.value.trim(), until }).then(() => {
      dialog.close();
      done();
    }).catch(tellFailure);
  });
}

export function splitsPanel(signal: AbortSignal): HTMLElement {
  const place = h("div", {});
  const region = new Region<Split[]>(place, {
    load: async (stop) => (await get<Page<Split>>("/reports/splits", stop)).items, rows: 2,
    show: (items) => items.length ? h("div", { class: "plan-splits" }, items.map(splitTable))
      : empty("git-branch", t("No split calls in seven days"), t("Here you see what each share was to have, and what it had.")),
  }, signal);
  void region.load();
  return sharedPanel(t("Splits, planned and actual, seven days"), "git-branch", null, place);
}

function splitTable(one: Split): HTMLElement {
  const heads = [t("Goes to"), t("Planned"), t("Actual"), t("Calls"), t("Off by")];
  return h("table", { class: "record-table" },
    h("caption", {}, t("{number}, rule {rule}, version {n}: {calls} calls",
      { number: phone(one.number), rule: one.rule, n: one.version, calls: count(one.calls) })),
    h("thead", {}, h("tr", {}, heads.map((head, at) => h("th", { scope: "col", class: at ? "num" : "main" }, head)))),
    h("tbody", {}, one.shares.map((share) => h("tr", {}, h("td", { class: "main" }, share.target || targetWords(share.to)),
      h("td", { class: "num" }, `${share.percent} %`), h("td", { class: "num" }, `${share.actual_percent} %`),
      h("td", { class: "num" }, count(share.served)), h("td", { class: "num" }, share.off.toFixed(2))))));
}
