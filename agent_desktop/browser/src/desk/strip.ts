// The top strip: the agent's state with its menu, his queues, and how old the figures are.

import type { Feed } from "../wire/feed";
import { fill, find, h, icon } from "../page/dom";
import { addKeys } from "../page/keys";
import { attachMenu, type MenuItem } from "../page/menu";
import { onChange } from "../page/refill";
import { tellFailure, toast } from "../page/toast";
import { get, post } from "../wire/api";
import { since } from "../wire/clock";
import type { AgentRow, Choice, Page, QueueRow } from "../wire/shapes";
import { clockTime } from "../words/format";
import { labelled, nt, t, titled } from "../words/i18n";
import { stateIcon, stateWord } from "../words/trade";
import type { DeskSession } from "./session";

let reasons: Choice[] = [];

export function reasonWord(code: string): string {
  const known = reasons.find((reason) => reason.code === code);
  if (known) return labelled(known);
  switch (code) {
    case "": return "";
    case "no_answer": case "missed_call": case "missed": return t("missed a call");
    case "rejected": return t("declined a call");
    case "busy": return t("phone busy");
    case "offer_not_delivered": case "unavailable": return t("phone not reachable");
    case "signed_in": return t("just signed in");
    case "phone_lost": case "phone_not_registered": return t("phone lost");
    default: return code.replaceAll("_", " ");
  }
}

export async function readReasons(): Promise<void> {
  reasons = (await get<Page<Choice>>("/not-ready-reasons")).items;
}

/** The queues of this desk and their waits. */
export function startQueueStrip(feed: Feed, mine: string[]): void {
  const place = find("#queue-strip");
  const draw = onChange<QueueRow[]>((rows) => fill(place, rows.map(queuePart)));
  feed.watch(() => draw([...feed.queues.values()]
    .filter((queue) => !mine.length || mine.includes(queue.name))
    .sort((a, b) => b.waiting - a.waiting).slice(0, 3)));
}

function queuePart(queue: QueueRow): HTMLElement {
  return h("a", { class: `strip-queue ${queue.waiting ? "has-wait" : ""}`, href: "/board",
    title: titled(queue) },
    h("span", { class: "strip-title" }, titled(queue)),
    h("span", { class: "strip-wait" }, nt("{n} waiting", "{n} waiting", queue.waiting)),
    queue.oldest_since && since(queue.oldest_since, queue.target_seconds));
}

/** Grey the figures and say since when, while they are old. */
export function startAgeNotice(feed: Feed): void {
  const place = find("#feed-age");
  const draw = onChange<string | null>((old) => {
    document.body.classList.toggle("is-stale", old !== null);
    fill(place, old && [icon("wifi-off"), h("span", {},
      t("Old figures, since {time}. Reconnecting…", { time: clockTime(old) }))]);
  });
  feed.watch(() => draw(feed.oldSince));
}

/** The state button: what I am, since when, and what I can become. */
export function startStateControl(desk: DeskSession): void {
  const trigger = find<HTMLButtonElement>("#state-button");
  attachMenu(trigger, () => stateItems(desk));
  const draw = onChange<AgentRow | null>((agent) => {
    const state = agent?.state ?? "offline";
    trigger.className = `state-button s-${state}`;
    fill(trigger, icon(stateIcon(state)), h("span", { class: "state-word" }, stateWord(state)),
      since(agent?.since ?? null),
      h("span", { class: "state-more" }, agent ? besideState(agent) : ""), icon("chevron-down"));
  });
  desk.watch((now) => draw(now.agent));
  addKeys([{ keys: "r", label: t("Ready / not ready"), group: t("Phone"),
    run: () => toggleReady(desk) }]);
}

function besideState(agent: AgentRow): string {
  if (agent.next_state) return t("then {state}", { state: stateWord(agent.next_state) });
  return agent.state === "not_ready" ? reasonWord(agent.reason) : "";
}

function stateItems(desk: DeskSession): MenuItem[] {
  const obstacle = desk.readiness.obstacle();
  const ready: MenuItem = { label: stateWord("ready"), icon: stateIcon("ready"), state: "ready",
    run: () => setState("ready"), ...(obstacle ? { disabled: obstacle } : {}) };
  const away = reasons.map((reason): MenuItem => ({
    label: [stateWord("not_ready"), " · ", labelled(reason)], icon: stateIcon("not_ready"),
    state: "not_ready", run: () => setState("not_ready", reason.code) }));
  return [ready, ...away];
}

function toggleReady(desk: DeskSession): void {
  const agent = desk.agent;
  if (agent?.state === "ready") return setState("not_ready", reasons[0]?.code ?? "break");
  const obstacle = desk.readiness.obstacle();
  if (obstacle) return toast(obstacle, "warning");
  setState("ready");
}

function setState(state: string, reason?: string): void {
  post("/me/state", reason ? { state, reason } : { state }).catch(tellFailure);
}
