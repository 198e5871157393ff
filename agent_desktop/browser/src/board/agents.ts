// The agents as compact rows, grouped by what they do, with the time in it.

import { h, icon } from "../page/dom";
import { stateChip } from "../page/parts";
import type { AgentRow, AgentState, CallRow } from "../wire/shapes";
import { phone } from "../words/format";
import { t } from "../words/i18n";
import { stateIcon, stateWord } from "../words/trade";
import { reasonWord, stateTimer, troubleWord } from "../desk/reasons";

export const GROUPS: AgentState[] = [
  "offered", "talking", "holding", "consulting", "wrap_up", "ready", "not_ready", "offline",
];

export function agentGroups(
  agents: AgentRow[], calls: Map<string, CallRow>, open: (id: string) => void,
): HTMLElement[] {
  return GROUPS.map((state) => agents.filter((agent) => agent.state === state)
    .sort((a, b) => a.since.localeCompare(b.since)))
    .filter((list) => list.length)
    .map((list) => group(list, calls, open));
}

function group(
  list: AgentRow[], calls: Map<string, CallRow>, open: (id: string) => void,
): HTMLElement {
  const state = list[0]?.state ?? "offline";
  return h("section", { class: `agent-group s-${state}`, "aria-label": stateWord(state) },
    h("h2", {}, stateChip(state), h("span", { class: "figures" }, list.length)),
    h("ul", {}, list.map((agent) => row(agent, calls.get(agent.call_id ?? ""), open))));
}

function row(agent: AgentRow, call: CallRow | undefined, open: (id: string) => void): HTMLElement {
  return h("li", {}, h("button", {
    type: "button", class: `agent-row s-${agent.state}`, data: { key: `agent-${agent.agent_id}` },
    on: { click: () => open(agent.agent_id) },
  }, icon(agent.state === "ready" && agent.trouble ? "alert-triangle" : stateIcon(agent.state)),
  h("span", { class: "agent-name", title: agent.name }, agent.name), stateTimer(agent),
  h("span", { class: "agent-beside", title: beside(agent, call) }, beside(agent, call))));
}

function beside(agent: AgentRow, call: CallRow | undefined): string {
  if (call) return call.customer || phone(call.caller_number);
  if (agent.state === "not_ready") {
    const reason = reasonWord(agent.reason) || agent.extension;
    return agent.set_by_name ? t("{reason}, set by {name}", { reason, name: agent.set_by_name })
      : reason;
  }
  if (agent.state === "ready" && agent.trouble) return troubleWord(agent.trouble);
  return agent.extension;
}
