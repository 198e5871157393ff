// What a supervisor does to an agent from the drawer: state, queues, log-out.

import { confirmAct } from "../page/dialog";
import { fill, h, icon } from "../page/dom";
import { attachMenu, type MenuItem } from "../page/menu";
import { button } from "../page/parts";
import { tellFailure } from "../page/toast";
import { post } from "../wire/api";
import type { Feed } from "../wire/feed";
import type { AgentRow } from "../wire/shapes";
import { labelled, t, titled } from "../words/i18n";
import { stateIcon, stateWord } from "../words/trade";
import { knownReasons } from "../desk/reasons";

export class LeadActs {
  private readonly place = h("section", { class: "drawer-acts", "aria-label": t("Acts") });
  private drawn = "";

  constructor(private readonly feed: Feed) {}

  /** The acts for this agent; the same element as long as they are the same. */
  of(agent: AgentRow): HTMLElement {
    const away = agent.state === "offline";
    const mark = JSON.stringify([agent.agent_id, away, agent.queues, [...this.feed.queues.keys()]]);
    if (mark !== this.drawn) {
      this.drawn = mark;
      this.draw(agent, away);
    }
    return this.place;
  }

  private draw(agent: AgentRow, away: boolean): void {
    const id = agent.agent_id;
    const state = menuButton(t("Set state"), "set-state", away, () => this.states(id));
    const queues = menuButton(t("Queues"), "set-queues", away, () => this.queues(id));
    const out = button(t("Log out"), "logout", () => void this.logOut(agent),
      { class: "btn-small btn-quiet", "data-key": "log-out", disabled: away });
    fill(this.place, state, queues, out);
  }

  private states(id: string): MenuItem[] {
    const set = (body: Record<string, string>) => () => {
      post(`/agents/${id}/state`, body).catch(tellFailure);
    };
    return [
      { label: stateWord("ready"), icon: stateIcon("ready"), state: "ready",
        run: set({ state: "ready" }) },
      ...knownReasons().map((reason): MenuItem => ({
        label: [stateWord("not_ready"), " · ", labelled(reason)], icon: stateIcon("not_ready"),
        state: "not_ready", run: set({ state: "not_ready", reason: reason.code }) })),
    ];
  }

  private queues(id: string): MenuItem[] {
    const now = this.feed.agents.get(id)?.queues ?? [];
    return [...this.feed.queues.values()].map((queue, index): MenuItem => {
      const checked = now.includes(queue.name);
      const rest = checked ? now.filter((name) => name !== queue.name) : [...now, queue.name];
      return { label: titled(queue), checked,
        ...(index === 0 ? { group: t("Serves until he leaves") } : {}),
        ...(rest.length ? {} : { disabled: t("one queue at least") }),
        run: () => void post(`/agents/${id}/queues`, { queues: rest }).catch(tellFailure) };
    });
  }

  private async logOut(agent: AgentRow): Promise<void> {
    const sure = await confirmAct(t("Log out {name}? A call in hand goes on.", { name: agent.name }),
      t("Log out"));
    if (sure) await post(`/agents/${agent.agent_id}/log-out`).catch(tellFailure);
  }
}

function menuButton(
  label: string, key: string, disabled: boolean, items: () => MenuItem[],
): HTMLButtonElement {
  const trigger = h("button", { type: "button", class: "btn btn-small", "data-key": key, disabled },
    label, icon("chevron-down"));
  attachMenu(trigger, items);
  return trigger;
}
