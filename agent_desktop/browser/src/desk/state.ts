// The state button: what I am, since when, what I can become, and which queues I serve.

import { fill, find, h, icon } from "../page/dom";
import { addKeys } from "../page/keys";
import { attachMenu, type MenuItem } from "../page/menu";
import { onChange } from "../page/refill";
import { tellFailure, toast } from "../page/toast";
import { post } from "../wire/api";
import type { AgentRow } from "../wire/shapes";
import { labelled, t, titled } from "../words/i18n";
import { stateIcon, stateWord } from "../words/trade";
import { knownReasons, nextWord, reasonWord, stateTimer, troubleWord } from "./reasons";
import type { DeskSession } from "./session";

export function startStateControl(desk: DeskSession): void {
  const trigger = find<HTMLButtonElement>("#state-button");
  attachMenu(trigger, () => stateItems(desk));
  const draw = onChange<AgentRow | null>((agent) => {
    const state = agent?.state ?? "offline";
    const trouble = state === "ready" && Boolean(agent?.trouble);
    trigger.className = `state-button s-${state}${trouble ? " has-trouble" : ""}`;
    fill(trigger, icon(trouble ? "alert-triangle" : stateIcon(state)),
      h("span", { class: "state-word" }, stateWord(state)), stateTimer(agent),
      h("span", { class: "state-more" }, agent ? besideState(agent) : ""), icon("chevron-down"));
  });
  desk.watch((now) => draw(now.agent));
  addKeys([{ keys: "r", label: t("Ready / not ready"), group: t("Phone"),
    run: () => toggleReady(desk) }]);
}

function besideState(agent: AgentRow): string {
  if (agent.next_state) return nextWord(agent.next_state, agent.wanted_reason);
  if (agent.state === "ready") return troubleWord(agent.trouble);
  if (agent.state !== "not_ready") return "";
  const reason = reasonWord(agent.reason);
  return agent.set_by_name ? t("{reason}, set by {name}", { reason, name: agent.set_by_name })
    : reason;
}

function stateItems(desk: DeskSession): MenuItem[] {
  const obstacle = desk.readiness.obstacle();
  const ready: MenuItem = { label: stateWord("ready"), icon: stateIcon("ready"), state: "ready",
    run: () => setState("ready"), ...(obstacle ? { disabled: obstacle } : {}) };
  const away = knownReasons().map((reason): MenuItem => ({
    label: [stateWord("not_ready"), " · ", labelled(reason)], icon: stateIcon("not_ready"),
    state: "not_ready", run: () => setState("not_ready", reason.code) }));
  const gone: MenuItem = { label: stateWord("offline"), icon: stateIcon("offline"),
    state: "offline", run: () => setState("offline") };
  return [ready, ...away, gone, ...queueItems(desk)];
}

/** Which of my queues I serve; the last one stays. */
function queueItems(desk: DeskSession): MenuItem[] {
  const { agent } = desk;
  if (!agent || agent.state === "offline" || agent.own_queues.length < 2) return [];
  return agent.own_queues.map((name, index): MenuItem => {
    const checked = agent.queues.includes(name);
    const rest = checked ? agent.queues.filter((one) => one !== name) : [...agent.queues, name];
    const row = desk.feed.queues.get(name);
    return {
      label: row ? titled(row) : name, checked,
      ...(index === 0 ? { group: t("Queues I serve") } : {}),
      ...(rest.length ? {} : { disabled: t("one queue at least") }),
      run: () => void post("/me/queues", { queues: rest }).catch(tellFailure),
    };
  });
}

function toggleReady(desk: DeskSession): void {
  const { agent } = desk;
  if (agent?.state === "ready") return setState("not_ready", knownReasons()[0]?.code ?? "break");
  const obstacle = desk.readiness.obstacle();
  if (obstacle) return toast(obstacle, "warning");
  setState("ready");
}

function setState(state: string, reason?: string): void {
  post("/me/state", reason ? { state, reason } : { state }).catch(tellFailure);
}
