// The wallboard: dark, huge digits, no controls; W goes there and back.

import { h, icon } from "../page/dom";
import { now, since } from "../wire/clock";
import type { AgentRow, QueueRow } from "../wire/shapes";
import { count, percent } from "../words/format";
import { nt, t, titled } from "../words/i18n";
import { stateIcon, stateWord } from "../words/trade";
import { GROUPS } from "./agents";
import { staffBar } from "./bar";
import { judge, serviceLevel } from "./judge";

const MOST_TILES = 12; // more cannot be read from five metres

export const isWall = () => document.body.classList.contains("is-wall");

export function toggleWall(): void {
  const on = document.body.classList.toggle("is-wall");
  history.replaceState(null, "", on ? "/board?wall=1" : "/board");
}

export function wallView(queues: QueueRow[], agents: AgentRow[]): HTMLElement {
  const shown = queues.slice(0, MOST_TILES); // the worst come first
  const more = queues.length - shown.length;
  const across = shown.length <= 3 ? shown.length : Math.ceil(Math.sqrt(shown.length));
  const grid = h("div", { class: "wall-queues" }, shown.map(tile));
  grid.style.setProperty("--across", String(Math.max(1, across)));
  grid.style.setProperty("--part", shown.length > 2 * across ? "0.6" : "1");
  return h("div", { class: "wall" }, h("h1", { class: "visually-hidden" }, t("Wallboard")), grid,
    more > 0 && h("p", { class: "wall-more" }, nt("{n} more queue is not worse than these", "{n} more queues are not worse than these", more)), h("ul", { class: "wall-states" }, GROUPS.map((state) => {
    const n = agents.filter((agent) => agent.state === state).length;
    return h("li", { class: `s-${state}` }, icon(stateIcon(state)), h("strong", {}, count(n)),
      h("span", {}, stateWord(state)));
  })));
}

function tile(queue: QueueRow): HTMLElement {
  const its = judge(queue, now());
  const level = serviceLevel(queue);
  return h("section", { class: `wall-queue is-${its.heat}` },
    h("h2", {}, titled(queue)),
    h("p", { class: "wall-waiting" }, h("strong", {}, count(queue.waiting)), h("span", {}, t("waiting"))),
    h("dl", { class: "wall-figures" },
      h("div", {}, h("dt", {}, t("longest wait")), h("dd", {}, since(queue.oldest_since, queue.target_seconds))),
      h("div", {}, h("dt", {}, t("service level")), h("dd", { class:
        level !== null && level < queue.target_share ? "is-low" : "" }, percent(level))),
      h("div", {}, h("dt", {}, t("gave up")), h("dd", {}, count(queue.abandoned_today)))),
    staffBar(queue),
    h("p", { class: "wall-alarm" }, its.alarm ? [icon("alert-triangle"), its.alarm] : "\u00a0"));
}
