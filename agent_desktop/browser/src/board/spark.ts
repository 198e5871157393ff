// The day's service level by hour as a small line, from the report.

import { get, query } from "../wire/api";
import type { QueueFigures, QueueReportRow, Report } from "../wire/shapes";
import { percent, zone } from "../words/format";
import { t } from "../words/i18n";

const EVERY_MS = 5 * 60_000;
const WIDTH = 84;
const HEIGHT = 24;
const SVG = "http://www.w3.org/2000/svg";

export class DayFigures {
  private levels = new Map<string, number[]>();
  private handling = new Map<string, number>();

  constructor(private readonly changed: () => void, allowed: boolean, signal: AbortSignal) {
    if (!allowed) return;
    const read = () => void this.read(signal);
    read();
    const timer = window.setInterval(read, EVERY_MS);
    signal.addEventListener("abort", () => window.clearInterval(timer));
  }

  private async read(signal: AbortSignal): Promise<void> {
    const path = `/reports/queues${query({ interval: "hour", zone: zone() })}`;
    const report = await get<Report<QueueReportRow, QueueFigures>>(path, signal).catch(() => null);
    if (!report) return; // the board lives without it
    this.levels.clear();
    this.handling.clear();
    for (const row of [...report.rows].sort((a, b) => a.start.localeCompare(b.start))) {
      if (row.service_level !== null) {
        this.levels.set(row.queue, [...(this.levels.get(row.queue) ?? []), row.service_level]);
      }
      if (row.aht_seconds) this.handling.set(row.queue, row.aht_seconds);
    }
    this.changed();
  }

  /** Seconds a call of this queue took of late; null when none did. */
  handleSeconds(queue: string): number | null {
    return this.handling.get(queue) ?? null;
  }

  line(queue: string, target: number): SVGSVGElement | null {
    const levels = this.levels.get(queue);
    return levels && levels.length > 1 ? draw(levels, target) : null;
  }
}

function draw(levels: number[], target: number): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "spark");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", t("Service level by hour, now {level}",
    { level: percent(levels.at(-1)) }));
  const y = (level: number) => HEIGHT - 3 - level * (HEIGHT - 6);
  const x = (index: number) => 2 + (index * (WIDTH - 4)) / (levels.length - 1);
  const goal = document.createElementNS(SVG, "line");
  for (const [name, value] of Object.entries({ x1: 0, x2: WIDTH, y1: y(target), y2: y(target) })) {
    goal.setAttribute(name, String(value));
  }
  const line = document.createElementNS(SVG, "polyline");
  line.setAttribute("points", levels.map((level, i) => `${x(i)},${y(level)}`).join(" "));
  svg.append(goal, line);
  return svg;
}
