// The tables below a report; each figure leads to its calls, each head says its formula.

import { h, icon } from "../page/dom";
import { empty } from "../page/parts";
import { query } from "../wire/api";
import type { Feed } from "../wire/feed";
import type { AgentFigures, AgentReportRow, QueueFigures, QueueReportRow, Report } from "../wire/shapes";
import { reasonWord } from "../desk/reasons";
import { count, durationOr, isoDay, percent } from "../words/format";
import { t, titled } from "../words/i18n";
import type { Span } from "./reports";

type Row = QueueFigures & { start?: string; queue?: string };

const seconds = (value: number | null | undefined) =>
  value === null || value === undefined ? "–" : `${Math.round(value)} s`;

export function queueTable(report: Report<QueueReportRow, QueueFigures>, span: Span, feed: Feed): HTMLElement {
  if (!report.rows.length) {
    return empty("chart-bar", t("No calls in this time"), t("Choose other days, or another queue."));
  }
  const heads = [t("Began"), t("Queue"), t("Calls"), t("Answered"), t("Gave up"), t("Service level"),
    t("Average answer"), t("Average handling"), t("Unevenness of work")];
  const name = (queue: string) => {
    const row = feed.queues.get(queue);
    return row ? titled(row) : queue;
  };
  return table(heads, report.rows.map((row) => [began(row.start, span), name(row.queue), ...figures(row, span)]),
    [t("Total"), "", ...figures(report.totals, span)], 2);
}

function figures(row: Row, span: Span): (Node | string)[] {
  return [callsLink(row.offered, row, span, ""), callsLink(row.answered, row, span, "answered"),
    callsLink(row.abandoned, row, span, "abandoned_in_queue"), percent(row.service_level),
    seconds(row.asa_seconds), durationOr(row.aht_seconds), row.unevenness?.toFixed(2) ?? "–"];
}

/** The figure as a door to the calls behind it, by whole days. */
function callsLink(value: number, row: Row, span: Span, outcome: string): Node | string {
  if (!value) return "0";
  const day = isoDay(row.start ? new Date(row.start) : span.from);
  const last = row.start ? day : isoDay(new Date(span.to.getTime() - 1));
  return h("a", { href: `/calls${query({ from: day, to: last, queue: row.queue ?? span.queue, outcome })}` },
    count(value));
}

export function began(start: string, span: Span): string {
  const date = new Date(start);
  const clock = `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
  if (span.interval === "day") return isoDay(date);
  return isoDay(span.from) === isoDay(new Date(span.to.getTime() - 1)) ? clock : `${isoDay(date).slice(5)} ${clock}`;
}

export function agentTable(report: Report<AgentReportRow, AgentFigures>, span: Span): HTMLElement {
  if (!report.rows.length) return empty("users", t("Nobody took calls in this time"));
  const heads = [t("Began"), t("Agent"), t("Answered"), t("Missed"), t("Talked"), t("Average handling"),
    t("Not ready"), t("of it unpaid"), t("Occupancy")];
  return table(heads, report.rows.map((row) => [began(row.start, span), row.agent_name,
    count(row.answered), count(row.missed), durationOr(row.talked_seconds), durationOr(row.aht_seconds),
    awayTime(row), durationOr(row.unpaid_seconds), percent(row.occupancy)]), null, 2);
}

/** The time not ready; its reasons under the pointer. */
function awayTime(row: AgentFigures): HTMLElement {
  const reasons = Object.entries(row.reason_seconds)
    .map(([code, spent]) => `${reasonWord(code)} ${durationOr(spent)}`).join(", ");
  return h("span", { title: reasons || null }, durationOr(row.not_ready_seconds));
}

export function table(
  heads: string[], rows: (Node | string)[][], total: (Node | string)[] | null, words: number,
): HTMLElement {
  const kind = (index: number) => (index < words ? index === 1 ? "main" : "" : "num");
  return h("table", { class: "record-table" },
    h("caption", { class: "visually-hidden" }, t("Figures")),
    h("thead", {}, h("tr", {}, heads.map((head, index) => h("th", { scope: "col", class: kind(index) }, head)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, index) => h("td", { class: kind(index) }, cell))))),
    total && h("tfoot", {}, h("tr", {}, total.map((cell, index) => index === 0
      ? h("th", { scope: "row" }, cell) : h("td", { class: kind(index) }, cell)))));
}

export function formulas(kind: "queues" | "agents"): HTMLElement {
  const queues: [string, string][] = [
    [t("Calls"), t("callers who entered the queue in the interval")],
    [t("Gave up"), t("callers who hung up before anyone answered")],
    [t("Service level"), t("answered within the queue's target ÷ the calls its own formula counts")],
    [t("Average answer"), t("mean time from entering the queue to the answer, of answered calls")],
    [t("Average handling"), t("mean time of talk and wrap-up, of answered calls")],
    [t("Unevenness of work"), t("Gini coefficient of its agents' occupancy: 0 when all are equally busy")]];
  const agents: [string, string][] = [
    [t("Missed"), t("times the phone rang and was not taken")],
    [t("Average handling"), t("mean time of talk and wrap-up, of answered calls")],
    [t("of it unpaid"), t("time not ready for reasons that are not paid")],
    [t("Occupancy"), t("time in calls and wrap-up ÷ time signed in and ready to work")],
    [t("Unevenness of work"), t("Gini coefficient of its agents' occupancy: 0 when all are equally busy")]];
  return h("details", { class: "panel formulas" },
    h("summary", { class: "column-title" }, icon("info-circle"), t("How the figures are made")),
    h("dl", { class: "pairs" }, (kind === "queues" ? queues : agents).map(([name, words]) =>
      [h("dt", {}, name), h("dd", {}, words)])));
}
