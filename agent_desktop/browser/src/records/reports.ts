// The reports: a sentence that answers first, then the chart, then the table and its file.

import { fill, h, icon } from "../page/dom";
import type { Mount, PageContext } from "../page/mount";
import { option } from "../page/parts";
import { Region } from "../page/region";
import { get, query } from "../wire/api";
import type { AgentFigures, AgentReportRow, QueueFigures, QueueReportRow, Report } from "../wire/shapes";
import { count, isoDay, percent, zone } from "../words/format";
import { t } from "../words/i18n";
import { drawChart } from "./chart";
import { dayField, filterForm, queueOptions, readField } from "./filters";
import { pageHead } from "./head";
import { type SurveyReport, surveyReport } from "./surveys";
import { agentTable, formulas, queueTable } from "./tables";

export interface Span {
  kind: "queues" | "agents" | "surveys";
  from: Date;
  to: Date;
  interval: string;
  queue: string;
}

class Reports {
  private readonly form: HTMLFormElement;
  private readonly region: Region<Shown>;
  private readonly lead: boolean; // agents see their own figures alone

  constructor(private readonly page: PageContext) {
    this.lead = page.me.user.roles.some((role) => role === "supervisor" || role === "admin");
    const today = isoDay(new Date());
    this.form = filterForm(this.lead ? kindField() : null, dayField("from", t("From"), today), dayField("to", t("To"), today),
      h("select", { class: "form-select", name: "interval", "aria-label": t("Interval") },
        option("15min", t("by quarter hour")), option("hour", t("by hour"), true), option("day", t("by day"))),
      this.lead && readField("queue", t("Any queue"), queueOptions));
    const place = h("div", {});
    const csv = h("a", { class: "btn push", id: "report-csv", download: "" }, icon("download"), "CSV");
    const whatIf = this.lead && h("a", { class: "btn", href: "/what-if" }, icon("player-play"), t("What if"));
    fill(page.root, pageHead(t("Reports"), this.form, whatIf, this.lead && csv), place);
    this.readAddress();
    this.region = new Region(place, { load: (stop) => this.load(stop), show: (shown) => this.show(shown),
      kind: "card", rows: 4 }, page.signal);
    this.form.addEventListener("input", () => this.change());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.change();
  }

  private readAddress(): void {
    for (const [name, value] of new URLSearchParams(location.search)) {
      const control = this.form.elements.namedItem(name);
      if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement
        || control instanceof RadioNodeList) control.value = value;
    }
  }

  private change(): void {
    const values = new FormData(this.form);
    const search = new URLSearchParams([...values].filter(([, value]) => value)
      .map(([name, value]) => [name, String(value)]));
    history.replaceState(null, "", `/reports?${search}`);
    this.page.root.querySelector("#report-csv")?.setAttribute("href", `/api/v1${this.path(".csv")}`);
    void this.region.load();
  }

  private span(): Span {
    const values = new FormData(this.form);
    const text = (name: string) => String(values.get(name) ?? "");
    const to = new Date(`${text("to") || isoDay(new Date())}T00:00:00`);
    to.setDate(to.getDate() + 1);
    const wished = text("kind");
    return { kind: !this.lead || wished === "agents" ? "agents" : wished === "surveys" ? wished : "queues", interval: text("interval") || "hour",
      from: new Date(`${text("from") || isoDay(new Date())}T00:00:00`), to, queue: text("queue") };
  }

  private path(kind: "" | ".csv"): string {
    const span = this.span();
    return `/reports/${span.kind}${kind}${query({ from: span.from.toISOString(), to: span.to.toISOString(),
      zone: zone(), interval: span.interval, queue: span.kind === "agents" ? "" : span.queue })}`;
  }

  private async load(stop: AbortSignal): Promise<Shown> {
    const span = this.span();
    if (span.kind === "agents") {
      return { span, agents: await get<Report<AgentReportRow, AgentFigures>>(this.path(""), stop) };
    }
    if (span.kind === "surveys") return { span, surveys: await get<SurveyReport>(this.path(""), stop) };
    return { span, queues: await get<Report<QueueReportRow, QueueFigures>>(this.path(""), stop) };
  }

  private show(shown: Shown): HTMLElement {
    const { span, queues, agents, surveys } = shown;
    if (surveys) return surveyReport(surveys, span, this.page.feed);
    if (agents) {
      return h("div", { class: "report" }, h("p", { class: "report-answer" }, agentSentence(agents)),
        typeof agents.unevenness === "number" && h("p", { class: "text-secondary" },
          t("Unevenness of work"), ": ", agents.unevenness.toFixed(3)),
        h("section", { class: "panel" }, agentTable(agents, span)), formulas("agents"));
    }
    if (!queues) return h("div", {});
    const report = queues;
    const chart = h("div", { class: "chart", role: "img", "aria-label": this.sentence(report, span) });
    if (report.rows.length) drawChart(chart, report.rows, span, this.page.signal);
    return h("div", { class: "report" },
      h("p", { class: "report-answer" }, this.sentence(report, span)),
      report.rows.length > 0 && h("section", { class: "panel", "aria-label": t("Chart") }, chart),
      h("section", { class: "panel" }, queueTable(report, span, this.page.feed)), formulas("queues"));
  }

  private sentence(report: Report<QueueReportRow, QueueFigures>, span: Span): string {
    const { offered, abandoned, service_level: level } = report.totals;
    const when = spanWords(span);
    if (!offered) return t("{when}: no calls.", { when });
    const targets = new Set([...this.page.feed.queues.values()]
      .filter((queue) => !span.queue || queue.name === span.queue).map((queue) => queue.target_seconds));
    const [target] = targets;
    const within = targets.size === 1 && target ? t("within {n} s", { n: target }) : t("within the target");
    return t("{when}: {calls} calls, {level} {within}, {lost} gave up.", {
      when, calls: count(offered), level: percent(level), within, lost: count(abandoned) });
  }
}

interface Shown {
  span: Span;
  queues?: Report<QueueReportRow, QueueFigures>;
  agents?: Report<AgentReportRow, AgentFigures>;
  surveys?: SurveyReport;
}

function agentSentence(report: Report<AgentReportRow, AgentFigures>): string {
  const people = new Set(report.rows.map((row) => row.agent_id)).size;
  const { answered, missed } = report.totals;
  return t("Calls answered: {calls}, missed: {missed}; agents: {people}.",
    { people: count(people), calls: count(answered), missed: count(missed) });
}

function spanWords(span: Span): string {
  const last = new Date(span.to.getTime() - 1);
  const [from, to] = [isoDay(span.from), isoDay(last)];
  if (from === to) return from === isoDay(new Date()) ? t("Today") : from;
  return t("{from} to {to}", { from, to });
}

function kindField(): HTMLElement {
  const radio = (value: string, word: string, chosen: boolean) => h("label", { class: "segment" },
    h("input", { type: "radio", name: "kind", value, checked: chosen }), h("span", {}, word));
  return h("fieldset", { class: "segments" }, h("legend", { class: "visually-hidden" }, t("Report")),
    radio("queues", t("Queues"), true), radio("agents", t("Agents"), false), radio("surveys", t("Surveys"), false));
}

export const mount: Mount = (page) => {
  new Reports(page);
};
