// Opening hours that plans share: weekly periods, holidays of a country, own exceptions.

import { openDialog } from "../page/dialog";
import { fill, h, icon } from "../page/dom";
import { button, chip, empty, iconButton } from "../page/parts";
import { refill } from "../page/refill";
import { Region } from "../page/region";
import { tellFailure } from "../page/toast";
import { ApiProblem, get, put } from "../wire/api";
import type { Page } from "../wire/shapes";
import { t } from "../words/i18n";
import { choose, ticks, type } from "./fields";
import type { Dated, Period, Schedule, ScheduleShown } from "./shapes";
import { sharedPanel } from "./shared";
import { choices, days, word } from "./words";

export function schedulesPanel(signal: AbortSignal, changed: () => void): HTMLElement {
  const place = h("div", {});
  const region = new Region<ScheduleShown[]>(place, {
    load: async (stop) => (await get<Page<ScheduleShown>>("/schedules", stop)).items, rows: 2,
    show: (items) => items.length ? h("ul", { class: "plan-list" }, items.map((one) => row(one, () => edit(one, again))))
      : empty("calendar", t("No opening hours yet"), t("Rules ask whether a schedule is open; several plans may share one.")),
  }, signal);
  const again = () => {
    void region.load(true);
    changed();
  };
  void region.load();
  return sharedPanel(t("Opening hours"), "calendar", button(t("Add"), "plus", () => edit(null, again), { class: "btn-small" }), place);
}

function row(one: ScheduleShown, open: () => void): HTMLElement {
  const hours = one.document.hours.map((period) =>
    `${period.days.map((day) => word(days(), day)).join(" ")} ${period.from}–${period.until}`).join(" · ");
  return h("li", {}, h("span", { class: "two-lines" }, h("strong", {}, one.document.title),
    h("span", { class: "muted", title: hours }, hours)),
  one.open ? chip("ready", "lock-open", t("open now")) : chip("not_ready", "lock", t("closed now")),
  iconButton(t("Change {name}", { name: one.document.title }), "pencil", open, { class: "btn-ghost" }));
}

const FRESH = (): Schedule => ({ format: 1, title: "", zone: "Asia/Shanghai",
  hours: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", until: "18:00" }], holidays: { country: "CN" } });

function edit(shown: ScheduleShown | null, done: () => void): void {
  const document = structuredClone(shown?.document ?? FRESH());
  let name = shown?.name ?? "";
  const body = h("div", { class: "stack" });
  const told = h("div", { role: "alert" });
  const dialog = openDialog(shown ? t("Opening hours {name}", { name: shown.document.title }) : t("New opening hours"), "dialog-wide", body, told);
  const save = async () => {
    try {
      await put(`/schedules/${encodeURIComponent(name)}`, { document, expected_version: shown?.version ?? 0 });
      dialog.close();
      done();
    } catch (error) {
      if (!(error instanceof ApiProblem)) return tellFailure(error);
      fill(told, h("p", { class: "told" }, icon("alert-circle"), error.message));
    }
  };
  const draw = () => refill(body,
    h("div", { class: "plan-piece" },
      !shown && type(t("Short name, a-z and 0-9"), name, (value) => { name = value; }, { maxlength: "40" }),
      type(t("Title"), document.title, (value) => { document.title = value; }),
      choose(t("Time zone"), document.zone, choices().zones.map((zone) => [zone, zone]), (value) => { document.zone = value; }),
      choose(t("Closed on the holidays of"), document.holidays?.country ?? "",
        [["", t("no country")], ...choices().countries.map((code): [string, string] => [code, code])], (value) => {
          if (value) document.holidays = { country: value };
          else delete document.holidays;
        })),
    h("h3", { class: "plan-part" }, t("Weekly hours")), document.hours.map((period, at) => periodRow(document, period, at, draw)),
    button(t("Add hours"), "plus", () => {
      document.hours.push({ days: ["sat"], from: "10:00", until: "16:00" });
      draw();
    }, { class: "btn-small btn-ghost", data: { key: "hours.add" } }),
    h("h3", { class: "plan-part" }, t("Own exceptions")), (document.exceptions ?? []).map((one, at) => exceptionRow(document, one, at, draw)),
    button(t("Add an exception"), "plus", () => {
      document.exceptions = [...document.exceptions ?? [], { from: new Date().toISOString().slice(0, 10) }];
      draw();
    }, { class: "btn-small btn-ghost", data: { key: "exceptions.add" } }),
    h("div", { class: "row-end" }, button(t("Put in force"), "check", () => void save(), { class: "btn-primary" })));
  draw();
}

const CLOCK = { maxlength: "5", placeholder: "09:00", class: "form-control figures" };

function periodRow(document: Schedule, period: Period, at: number, draw: () => void): HTMLElement {
  return h("div", { class: "plan-piece" }, ticks(t("Days"), period.days, days(), (value) => { period.days = value; }),
    type(t("From"), period.from, (value) => { period.from = value; }, CLOCK),
    type(t("Until"), period.until, (value) => { period.until = value; }, CLOCK),
    iconButton(t("Remove these hours"), "trash", () => {
      document.hours.splice(at, 1);
      draw();
    }, { class: "btn-ghost" }));
}

function exceptionRow(document: Schedule, one: Dated, at: number, draw: () => void): HTMLElement {
  const span = one.hours?.[0];
  return h("div", { class: "plan-piece" },
    type(t("From"), one.from, (value) => { one.from = value; }, { type: "date" }),
    type(t("Last day"), one.until, (value) => {
      if (value) one.until = value;
      else delete one.until;
    }, { type: "date" }),
    choose(t("Then it is"), span ? "open" : "closed", [["closed", t("closed for calls")], ["open", t("open for calls")]], (value) => {
      if (value === "open") one.hours = [{ from: "09:00", until: "12:00" }];
      else delete one.hours;
      draw();
    }, `exceptions.${at}`),
    span && type(t("Opens"), span.from, (value) => { span.from = value; }, CLOCK),
    span && type(t("Closes"), span.until, (value) => { span.until = value; }, CLOCK),
    type(t("Note"), one.note, (value) => { one.note = value; }),
    iconButton(t("Remove the exception"), "trash", () => {
      document.exceptions?.splice(at, 1);
      draw();
    }, { class: "btn-ghost" }));
}
