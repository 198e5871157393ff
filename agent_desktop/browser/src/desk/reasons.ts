// Why an agent takes no calls, in words: reasons chosen, reasons set, and troubles of his phone.

import { get } from "../wire/api";
import { since } from "../wire/clock";
import type { AgentRow, AgentState, Choice, Page } from "../wire/shapes";
import { labelled, t } from "../words/i18n";
import { stateWord } from "../words/trade";

let reasons: Choice[] = [];

/** The reasons one may choose, in their order. */
export function knownReasons(): Choice[] {
  return reasons;
}

export async function readReasons(): Promise<void> {
  reasons = (await get<Page<Choice>>("/not-ready-reasons")).items;
}

export function reasonWord(code: string): string {
  const known = reasons.find((reason) => reason.code === code);
  if (known) return labelled(known);
  switch (code) {
    case "": return "";
    case "missed_calls": case "missed_call": case "no_answer": return t("missed calls");
    case "rejected": return t("declined a call");
    case "busy": return t("phone busy");
    case "offer_not_delivered": case "unavailable": return t("phone not reachable");
    case "signed_in": return t("just signed in");
    default: return code.replaceAll("_", " ");
  }
}

/** What he has chosen to be after the call. */
export function nextWord(state: AgentState, reason: string): string {
  const why = state === "not_ready" && reasonWord(reason);
  return t("then {state}", { state: [stateWord(state), why].filter(Boolean).join(" · ") });
}

/** Why no call comes although he is ready. */
export function troubleWord(code: string): string {
  switch (code) {
    case "": return "";
    case "phone_not_registered": return t("phone not reachable");
    case "desk_closed": return t("desktop closed");
    case "microphone_lost": return t("no microphone");
    default: return code.replaceAll("_", " ");
  }
}

/** The time in the state; late beyond what his reason allows. */
export function stateTimer(agent: AgentRow | null): HTMLElement {
  if (!agent?.reason_ends_at) return since(agent?.since ?? null);
  const limit = (Date.parse(agent.reason_ends_at) - Date.parse(agent.since)) / 1000;
  return since(agent.since, Math.max(1, Math.round(limit)));
}
