// The wallboard: dark, huge digits, no controls; W goes there and back.

import { h, icon } from "../page/dom";
import { now, since } from "../wire/clock";
import type { AgentRow, QueueRow } from "../wire/shapes";
import { count, percent } from "../words/format";
import { t, titled } from "../words/i18n";
import { stateIcon, stateWord } from "../words/trade";
import { GROUPS } from "./agents";
import { staffBar } from "./bar";
import { judge, serviceLevel } from "./judge";

export const isWall = () => document.body.classList.contains("is-wall");

export function toggleWall(): void {
  const on = document.body.classList.toggle("is-wall");
  history.replaceState(null, "", on ? "/board?wall=1" : "/board");
}

export function wallView(queues: QueueRow[], agents: AgentRow[]): HTMLElement {
  const across = queues.length <= 3 ? queues.length : Math.ceil(Math.sqrt(queues.length));
  const grid = h("div", { class: "wall-queues" }, queues.map(tile));
  grid.style.setProperty("--across", String(Math.max(1, across)));
  return h("div", { class: "wall" }, h("h1", { class: "visually-hidden" }, t("Wallboard")), grid, h("ul", { class: "wall-states" }, GROUPS.map((state) => {
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
