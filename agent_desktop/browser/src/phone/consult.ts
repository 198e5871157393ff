// The phone while somebody is asked: both calls, who hears us, and what to do with them.

import type { Current, DeskSession } from "../desk/session";
import { who } from "../desk/who";
import { h, icon } from "../page/dom";
import { button, key, stateChip } from "../page/parts";
import { now as serverNow, since } from "../wire/clock";
import { phone } from "../words/format";
import { t } from "../words/i18n";
import { stateWord } from "../words/trade";
import type { LineCall } from "./line";

export function consultFace(desk: DeskSession, now: Current, second: LineCall): HTMLElement[] {
  const up = second.state === "talking";
  const began = new Date(serverNow() - (performance.now() - second.since)).toISOString();
  return [
    h("div", { class: "phone-who" },
      h("p", { class: "phone-stage", role: "status" }, icon("users"), stateWord("consulting"),
        h("span", { class: "phone-timer" }, since(began))),
      h("ul", { class: "parties" },
        party(who(now).name, t("customer"), second.held ? "talking" : "held"),
        party(asked(desk, second), t("asked"),
          !up ? "offered" : second.held ? "held" : "talking"))),
    h("div", { class: "phone-acts" },
      button([t("Join the two and leave"), key("J")], "arrow-forward-up", () => desk.line.join(),
        { class: "btn-primary", "data-key": "join", disabled: !up }),
      button([t("Speak with the other"), key("S")], "switch-horizontal", () => desk.line.swap(),
        { "data-key": "swap", disabled: !up }),
      button([t("Back to the customer"), key("B")], "arrow-left",
        () => desk.line.dropSecond(), { "data-key": "back" })),
  ];
}

function party(name: string, role: string, state: string): HTMLElement {
  return h("li", { class: `party s-${state}` },
    h("span", { class: "party-name", title: name }, name),
    h("span", { class: "muted" }, role), stateChip(state));
}

function asked(desk: DeskSession, second: LineCall): string {
  const colleague = [...desk.feed.agents.values()].find((one) => one.extension === second.number);
  return colleague?.name ?? phone(second.number);
}
