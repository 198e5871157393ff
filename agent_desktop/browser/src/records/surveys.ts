// The survey report: a sentence a question, then the scores by queue and agent.

import { h, icon } from "../page/dom";
import { empty } from "../page/parts";
import type { Feed } from "../wire/feed";
import { count } from "../words/format";
import { nt, t, titled } from "../words/i18n";
import type { Span } from "./reports";
import { began, table } from "./tables";

interface SurveyFigures {
  answers: number;
  average: number | null;
  most: number;
  low: number;
}

interface SurveyRow extends SurveyFigures {
  start: string;
  question: string;
  queue: string;
  agent_name: string;
}

export interface SurveyReport {
  rows: SurveyRow[];
  by_question: Record<string, SurveyFigures>;
}

export function surveyReport(report: SurveyReport, span: Span, feed: Feed): HTMLElement {
  if (!report.rows.length) {
    return h("div", { class: "report" }, h("section", { class: "panel" }, empty("star-filled", t("Nobody was asked in this time"),
      t("Callers are asked by the step Survey of a flow, when the agent has hung up."))));
  }
  const name = (queue: string) => {
    const row = feed.queues.get(queue);
    return row ? titled(row) : queue || "–";
  };
  const heads = [t("Began"), t("Question"), t("Queue"), t("Agent"), t("Answers"), t("Average"), t("Low scores")];
  return h("div", { class: "report" },
    Object.entries(report.by_question).map(([question, figures]) => h("p", { class: "report-answer" }, sentence(question, figures))),
    h("section", { class: "panel" }, table(heads, report.rows.map((row) => [began(row.start, span), row.question, name(row.queue),
      row.agent_name || "–", count(row.answers), average(row), low(row.low)]), null, 4)),
    h("details", { class: "panel formulas" },
      h("summary", { class: "column-title" }, icon("info-circle"), t("How the figures are made")),
      h("dl", { class: "pairs" }, h("dt", {}, t("Average")), h("dd", {}, t("mean of the scores given in the interval, of the best one could give")),
        h("dt", {}, t("Low scores")), h("dd", {}, t("scores so low that a ticket was opened for the supervisors")))));
}

function sentence(question: string, figures: SurveyFigures): string {
  return nt("{question}: {score} on average, {n} answer, {low} low.", "{question}: {score} on average, {n} answers, {low} low.",
    figures.answers, { question, score: average(figures), low: figures.low });
}

function average({ average: mean, most }: SurveyFigures): string {
  return mean === null ? "–" : `${mean.toFixed(1)} / ${most}`;
}

function low(n: number): Node | string {
  return n ? h("a", { href: "/tickets?status=unclosed&q=Low%20score" }, count(n)) : "0";
}
