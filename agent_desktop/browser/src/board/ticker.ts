// The last things that happened, told as they come.

import { fill, h, icon } from "../page/dom";
import { empty } from "../page/parts";
import type { Feed } from "../wire/feed";
import { now } from "../wire/clock";
import type { Notice } from "../wire/shapes";
import { clockTime, phone } from "../words/format";
import { t, titled } from "../words/i18n";
import { reasonWord } from "../desk/reasons";
import { outcomeState, outcomeWord, stateIcon, stateWord } from "../words/trade";

interface Told {
  at: string;
  state: string;
  icon: string;
  words: string;
}

const KEPT = 40;
const told: Told[] = []; // outlives the page: coming back shows what was missed
const states = new Map<string, string>(); // of agents and calls, to tell only changes

export function startTicker(place: HTMLElement, signal: AbortSignal): void {
  draw(place);
  document.addEventListener("callcenter:told", () => draw(place), { signal });
}

/** Listen from the start of the shell, so that the ticker has a past. */
export function keepTicker(feed: Feed): void {
  feed.watch(({ notice }) => {
    const news = notice ? tell(notice, feed) : null;
    if (!notice) remember(feed);
    if (!news) return;
    told.unshift(news);
    told.length = Math.min(told.length, KEPT);
    document.dispatchEvent(new CustomEvent("callcenter:told"));
  });
}

function remember(feed: Feed): void {
  states.clear();
  for (const agent of feed.agents.values()) states.set(agent.agent_id, agent.state);
  for (const call of feed.calls.values()) states.set(call.call_id, call.state);
}

function changed(id: string, state: string): boolean {
  const before = states.get(id);
  states.set(id, state);
  return before !== state;
}

function tell(notice: Notice, feed: Feed): Told | null {
  const at = new Date(now()).toISOString();
  if (notice.type === "agent_changed" && changed(notice.agent.agent_id, notice.agent.state)) {
    const { name, state, set_by_name: by } = notice.agent;
    const words = `${name} · ${stateWord(state)}`;
    return { at, state, icon: stateIcon(state),
      words: by ? t("{what}, by {name}", { what: words, name: by }) : words };
  }
  if (notice.type === "call_changed" && changed(notice.call.call_id, notice.call.state)) {
    const { state, queue, customer, caller_number: number } = notice.call;
    if (state === "talking" || state === "offered" || state === "held") return null; // the agent's line tells it
    const row = feed.queues.get(queue);
    const where = row ? ` · ${titled(row)}` : "";
    return { at, state, icon: stateIcon(state),
      words: `${customer || phone(number)} · ${stateWord(state)}${where}` };
  }
  if (notice.type === "lead_told") {
    const name = feed.agents.get(notice.agent_id)?.name ?? "";
    return { at, state: "alarm", icon: "alert-triangle",
      words: `${name} · ${leadWords(notice.code, notice.detail)}` };
  }
  if (notice.type === "call_gone") {
    states.delete(notice.call_id);
    return { at, state: outcomeState(notice.outcome), icon: "phone-off",
      words: t("Call over: {outcome}", { outcome: outcomeWord(notice.outcome || "answered") }) };
  }
  return null;
}

function leadWords(code: string, detail: Record<string, string>): string {
  switch (code) {
    case "missed_calls":
      return t("missed {n} in a row, now not ready", { n: detail["count"] ?? "" });
    case "offer_not_delivered": return t("phone did not ring, now not ready");
    case "reason_exceeded":
      return t("{reason}: longer than allowed", { reason: reasonWord(detail["reason"] ?? "") });
    default: return code.replaceAll("_", " ");
  }
}

function draw(place: HTMLElement): void {
  fill(place, told.length
    ? h("ol", { class: "ticker-list" }, told.map((one) => h("li", { class: `s-${one.state}` },
      icon(one.icon), h("span", { class: "ticker-words", title: one.words }, one.words),
      h("time", { class: "figures" }, clockTime(one.at)))))
    : empty("history", t("Nothing has happened yet"), t("Calls and changes of state appear here.")));
}
