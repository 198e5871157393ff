// The names of a call's events in the reader's language.

import { t } from "../words/i18n";

export function eventWord(kind: string): string {
  switch (kind) {
    case "offered": case "call_offered": return t("reached us");
    case "queued": case "call_queued": return t("entered the queue");
    case "ringing": case "agent_ringing": return t("rang an agent");
    case "missed": case "agent_missed_call": return t("was not taken");
    case "answered": case "call_answered": return t("was answered");
    case "held": case "call_held": return t("was put on hold");
    case "transferred": case "call_transferred": return t("was handed on");
    case "agent_left": return t("the agent left");
    case "ivr_step": return t("step of the menu");
    case "offered_to_agent": return t("given to an agent");
    case "resumed": return t("was taken back");
    case "left": return t("a phone left");
    case "abandoned": case "call_abandoned": return t("the caller gave up");
    case "ended": case "call_ended": return t("ended");
    default: return kind.replaceAll("_", " ");
  }
}
