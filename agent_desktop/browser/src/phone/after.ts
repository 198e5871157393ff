// Time after a call: asking for it during the call, and for more of it once.

import { button, key } from "../page/parts";
import { tellFailure } from "../page/toast";
import { post } from "../wire/api";
import type { AgentRow } from "../wire/shapes";
import { t } from "../words/i18n";

export function askWrapUp(wanted: boolean): void {
  post("/me/wrap-up/ask", { wanted }).catch(tellFailure);
}

export function extendWrapUp(): void {
  post("/me/wrap-up/extend").catch(tellFailure);
}

export function askedToggle(agent: AgentRow): HTMLElement {
  const on = agent.wrap_up_asked;
  return button([t("Time after this call"), key("A")], on ? "square-check" : "square",
    () => askWrapUp(!on), { class: `btn-phone ${on ? "is-on" : ""}`, "aria-pressed": String(on),
      "data-key": "after" });
}
