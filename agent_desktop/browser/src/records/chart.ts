// The report's chart: calls as bars, those who gave up on top, the service level as a line.

import uPlot from "uplot";

import type { QueueReportRow } from "../wire/shapes";
import { t } from "../words/i18n";
import type { Span } from "./reports";

const HEIGHT = 240;

interface Sums {
  offered: number;
  answered: number;
  inTarget: number;
}

export function drawChart(
  place: HTMLElement, rows: QueueReportRow[], span: Span, signal: AbortSignal,
): void {
  let plot: uPlot | null = null;
  const draw = () => {
    plot?.destroy();
    if (place.clientWidth) plot = new uPlot(options(place.clientWidth, span), data(rows, span), place);
  };
  const sizes = new ResizeObserver(() => {
    if (!plot) draw();
    else if (place.clientWidth !== plot.width) plot.setSize({ width: place.clientWidth, height: HEIGHT });
  });
  sizes.observe(place);
  const theme = new MutationObserver(draw);
  theme.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  signal.addEventListener("abort", () => {
    sizes.disconnect();
    theme.disconnect();
    plot?.destroy();
  });
}

function data(rows: QueueReportRow[], span: Span): uPlot.AlignedData {
  const sums = new Map<number, Sums>();
  // The whole period is drawn: a quiet hour is a gap, and one busy hour is not the whole width.
  for (const at of intervals(span)) sums.set(at, { offered: 0, answered: 0, inTarget: 0 });
  for (const row of rows) {
    const at = Date.parse(row.start) / 1000;
    const sum = sums.get(at) ?? { offered: 0, answered: 0, inTarget: 0 };
    sum.offered += row.offered;
    sum.answered += row.answered;
    sum.inTarget += row.in_target;
    sums.set(at, sum);
  }
  const times = [...sums.keys()].sort((a, b) => a - b);
  const column = (value: (sum: Sums) => number | null) =>
    times.map((at) => value(sums.get(at) ?? { offered: 0, answered: 0, inTarget: 0 }));
  return [times, column((sum) => sum.offered), column((sum) => sum.answered),
    column((sum) => (sum.offered ? (sum.inTarget / sum.offered) * 100 : null))];
}

function options(width: number, span: Span): uPlot.Options {
  const ink = colour("--ink-3");
  const line = colour("--line");
  const bars = uPlot.paths.bars?.({ size: [0.7, 48], radius: 0.12 });
  const axis = { stroke: ink, font: "12px Inter Variable, sans-serif", ticks: { show: false } };
  return {
    width, height: HEIGHT, padding: [12, 8, 0, 4], cursor: { points: { show: false }, drag: { x: false, y: false } },
    legend: { live: true },
    scales: { x: { range: (plot, low, high) => widen(plot.data[0][0] ?? low, plot.data[0].at(-1) ?? high, span) },
      y: { range: (_plot, _low, high) => [0, Math.max(4, high * 1.1)] }, level: { range: [0, 100] } },
    axes: [{ ...axis, grid: { show: false }, values: (_plot, ticks) => ticks.map((at) => label(at, span)) },
      { ...axis, grid: { stroke: line, width: 1 }, size: 44 },
      { ...axis, scale: "level", side: 1, grid: { show: false }, size: 52,
        values: (_plot, ticks) => ticks.map((one) => `${one} %`) }],
    series: [{ label: t("Began"), value: (_plot, at) => at === null ? "" : label(at, span) },
      { label: t("gave up"), value: (plot, offered, _series, at) => at === null || offered === null ? ""
        : String(offered - (plot.data[2]?.[at] ?? 0)), fill: colour("--state-alarm"), stroke: colour("--state-alarm"), width: 0,
        ...(bars ? { paths: bars } : {}), points: { show: false } },
      { label: t("answered"), value: (_plot, n) => n === null ? "" : String(n), fill: colour("--state-talking"), stroke: colour("--state-talking"), width: 0,
        ...(bars ? { paths: bars } : {}), points: { show: false } },
      { label: t("service level"), scale: "level", stroke: colour("--ink"), width: 2, spanGaps: false, // hours without calls have no level
        points: { show: true, size: 6, fill: colour("--surface") },
        value: (_plot, level) => level === null ? "" : `${Math.round(level)} %` }],
  };
}

const MOST_INTERVALS = 2000;

function intervals(span: Span): number[] {
  const step = STEPS[span.interval] ?? 3600;
  const [from, to] = [span.from.getTime() / 1000, span.to.getTime() / 1000];
  const many = Math.min(MOST_INTERVALS, Math.floor((to - from) / step));
  return Array.from({ length: many }, (_, index) => from + index * step);
}

const STEPS: Record<string, number> = { "15min": 900, hour: 3600, day: 86_400 };

function widen(low: number, high: number, span: Span): [number, number] {
  const step = STEPS[span.interval] ?? 3600;
  return [low - step * 0.6, high + step * 0.6];
}

function label(at: number, span: Span): string {
  const date = new Date(at * 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  return span.interval === "day" ? `${two(date.getMonth() + 1)}-${two(date.getDate())}`
    : `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** A token's colour as the browser computes it in the present theme. */
function colour(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.appendChild(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
