// One line a queue, the worst first.

import { h, icon } from "../page/dom";
import { now, since } from "../wire/clock";
import type { QueueRow } from "../wire/shapes";
import { count, duration, percent } from "../words/format";
import { t, titled } from "../words/i18n";
import { staffBar } from "./bar";
import { expectedWait, judge, serviceLevel } from "./judge";
import type { DayFigures } from "./spark";

export function queueTable(
  rows: QueueRow[], day: DayFigures, open: (name: string) => void,
): HTMLElement {
  const head = [t("Queue"), t("Waiting"), t("Longest wait"), t("Service level today"), t("People"),
    t("Calls today"), t("Gave up"), t("Expected wait")];
  return h("table", { class: "queue-table" },
    h("thead", {}, h("tr", {}, head.map((word) => h("th", { scope: "col" }, word)))),
    h("tbody", {}, rows.map((row) => line(row, day, open))));
}

function line(queue: QueueRow, day: DayFigures, open: (name: string) => void): HTMLElement {
  const its = judge(queue, now());
  const level = serviceLevel(queue);
  const expected = expectedWait(queue, day.handleSeconds(queue.name));
  const low = level !== null && level < queue.target_share;
  return h("tr", { class: `is-${its.heat}` },
    h("th", { scope: "row", class: "queue-cell" },
      h("button", { type: "button", class: "queue-name", title: titled(queue),
        data: { key: `queue-${queue.name}` }, on: { click: () => open(queue.name) } }, titled(queue)),
      !queue.is_open && h("span", { class: "queue-alarm" }, icon("clock"), t("closed now")),
      its.alarm && h("span", { class: "queue-alarm" }, icon("alert-triangle"), its.alarm)),
    h("td", { class: "num queue-waiting" }, count(queue.waiting),
      queue.callbacks > 0 && h("small", { title: t("Callers who keep their place and are called back") },
        t("+ {n} callbacks", { n: count(queue.callbacks) }))),
    h("td", { class: "num queue-longest" }, since(queue.oldest_since, queue.target_seconds),
      h("small", {}, t("target {time}", { time: duration(queue.target_seconds) }))),
    h("td", { class: "num queue-level" }, h("span", { class: low ? "is-low" : "" }, percent(level)),
      day.line(queue.name, queue.target_share)),
    h("td", {}, staffBar(queue), queue.unevenness !== null && h("small", { class: "queue-spread",
      title: t("Gini coefficient of its agents' occupancy: 0 when all are equally busy") },
    t("unevenness {n}", { n: queue.unevenness.toFixed(2) }))),
    h("td", { class: "num" }, count(queue.answered_today),
      h("small", {}, t("of {n}", { n: count(queue.offered_today) }))),
    h("td", { class: "num" }, count(queue.abandoned_today),
      queue.overflowed_today > 0 && h("small", {}, t("sent on {n}", { n: count(queue.overflowed_today) }))),
    waitCell(queue, expected));
}

/** The tested range where there is one, else the rough figure; how good it was, in the title. */
function waitCell(queue: QueueRow, expected: number | null): HTMLElement {
  if (queue.wait_low !== null && queue.wait_high !== null) {
    const title = t("Of the last forecasts {held} held; they missed by {error} of the wait on average",
      { held: percent(queue.wait_coverage), error: percent(queue.wait_error) });
    return h("td", { class: "num", title }, `${duration(queue.wait_low)} – ${duration(queue.wait_high)}`);
  }
  return h("td", { class: "num", title: t("Calls before a new one × their handling time ÷ people at work") },
    expected === null ? "–" : expected < 1 ? t("none") : `≈ ${duration(expected)}`);
}
