// When a queue is open: spans for each weekday, days it stays closed, and closing by hand.

import { fill, h, icon } from "../page/dom";
import { button, iconButton } from "../page/parts";
import { t } from "../words/i18n";
import { type Editor, section } from "./editor";
import type { Period } from "./shapes";
import { weekdays } from "./words";

const ZONES = ["Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Europe/London",
  "Europe/Berlin", "America/New_York", "America/Los_Angeles", "UTC"];

export function hoursSection(editor: Editor<"queue">): HTMLElement {
  const { form } = editor;
  const week = h("div", { class: "is-wide" });
  const closed = h("div", { class: "is-wide" });
  const zones = h("datalist", { id: "zones" }, ZONES.map((zone) => h("option", { value: zone })));
  drawWeek(editor, week);
  drawClosed(editor, closed);
  return section(t("Hours"), "calendar",
    form.toggle("hours.closed_now", t("Closed by hand, until opened again"), { wide: true }),
    week, closed, form.text("hours.zone", t("Time zone"), { attributes: { list: "zones", maxlength: "40" } }), zones);
}

function drawWeek(editor: Editor<"queue">, place: HTMLElement): void {
  const { form, locked } = editor;
  const periods = editor.document.hours.periods;
  const set = (next: Period[]) => {
    form.set("hours.periods", next);
    drawWeek(editor, place);
  };
  form.forget("hours.periods");
  const like = (weekday: number) => periods.find((one) => one.weekday === weekday - 1) ?? { since: "09:00", until: "18:00" };
  const days = weekdays().map((name, weekday) => h("div", { class: "week-day", role: "group", "aria-label": name },
    h("strong", {}, name),
    h("div", { class: "week-spans" }, periods.map((one, at) => one.weekday === weekday && span(editor, at, name, () =>
      set(periods.filter((_, other) => other !== at)))),
    !periods.some((one) => one.weekday === weekday) && h("span", { class: "muted week-closed" },
      periods.length ? t("closed") : t("open all day"))),
    !locked && iconButton(t("{day}: add hours", { day: name }), "plus", () => {
      const { since, until } = like(weekday);
      set([...periods, { weekday, since: since.slice(0, 5), until: until.slice(0, 5) }]);
    }, { class: "btn-ghost" })));
  fill(place, h("div", { class: "rows-head" }, h("h3", {}, t("Opening hours")),
    h("p", { class: "form-hint" }, t("Without any hours the queue is always open. 00:00 at the end means the end of the day."))),
  h("div", { class: "week" }, days), form.place("hours.periods", place),
  !locked && h("div", { class: "rows-foot" },
    button(t("Mon–Fri 9–18"), "calendar", () => set([0, 1, 2, 3, 4].map((weekday) => ({ weekday, since: "09:00", until: "18:00" }))),
      { class: "btn-small" }),
    periods.length > 0 && button(t("Always open"), "clock", () => set([]), { class: "btn-small btn-ghost" })));
  form.again();
}

function span({ form, locked }: Editor<"queue">, at: number, day: string, remove: () => void): HTMLElement {
  const time = (end: "since" | "until", label: string) => form.text(`hours.periods.${at}.${end}`, label,
    { attributes: { "aria-label": label, inputmode: "numeric", maxlength: "5", placeholder: "09:00",
      class: "form-control figures", value: String(form.get(`hours.periods.${at}.${end}`)).slice(0, 5) } });
  return h("span", { class: "week-span" }, time("since", t("{day} opens", { day })), h("span", { "aria-hidden": "true" }, "–"),
    time("until", t("{day} closes", { day })),
    !locked && iconButton(t("{day}: remove these hours", { day }), "x", remove, { class: "btn-ghost" }));
}

function drawClosed(editor: Editor<"queue">, place: HTMLElement): void {
  const { form, locked } = editor;
  const days = editor.document.hours.closed_on;
  const set = (next: string[]) => {
    form.set("hours.closed_on", [...next].sort());
    drawClosed(editor, place);
  };
  form.forget("hours.closed_on");
  const input = h("input", { type: "date", class: "form-control", "aria-label": t("A day it stays closed") });
  const add = () => {
    if (input.value) set([...days, input.value]);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
  fill(place, h("div", { class: "rows-head" }, h("h3", {}, t("Closed on"))),
    h("ul", { class: "day-chips" }, days.map((day) => h("li", { class: "chip s-not_ready" }, h("span", {}, day),
      !locked && h("button", { type: "button", class: "chip-x", "aria-label": t("Remove {day}", { day }),
        on: { click: () => set(days.filter((one) => one !== day)) } }, icon("x"))))),
    !days.length && h("p", { class: "muted" }, t("no days")),
    !locked && h("div", { class: "rows-foot" }, input, button(t("Add the day"), "plus", add, { class: "btn-small" })),
    form.place("hours.closed_on", place));
}
