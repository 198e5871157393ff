// Words from the engine to this agent, by code, said in his language.

import { toast } from "../page/toast";
import type { Feed } from "../wire/feed";
import { t } from "../words/i18n";
import { stateWord } from "../words/trade";
import { reasonWord } from "./reasons";

export function startTold(feed: Feed): void {
  feed.watch(({ notice }) => {
    if (notice?.type === "agent_told") {
      if (!notice.code.startsWith("phone_") || notice.code === "phone_not_registered") toast(toldWords(notice.code, notice.detail), notice.level);
    } else if (notice?.type === "call_recorded") {
      document.dispatchEvent(new CustomEvent("callcenter:recorded", { detail: notice.call_id }));
    } else if (notice?.type === "pop_withdrawn") {
      document.dispatchEvent(new CustomEvent("callcenter:withdrawn", { detail: notice.call_id }));
    }
  });
}

function toldWords(code: string, detail: Record<string, string>): string {
  switch (code) {
    case "missed_call": return t("You missed a call; it went to somebody else.");
    case "missed_calls": return detail["reason"] === "rejected"
      ? t("You declined a call and are not ready now.")
      : detail["count"] === "1" ? t("You missed a call and are not ready now.")
        : t("You missed {n} calls in a row and are not ready now.", { n: detail["count"] ?? "" });
    case "offer_not_delivered":
      return t("Your phone cannot be reached; you are not ready now.");
    case "phone_not_registered":
      return t("Your phone cannot be reached; no calls come until it can.");
    case "microphone_lost":
      return t("Your microphone is gone; no calls come until it works again.");
    case "desk_closed": return t("Your desktop was closed; no calls come.");
    case "reason_exceeded":
      return t("Your time for {reason} is over.", { reason: reasonWord(detail["reason"] ?? "") });
    case "state_set_by": return t("{name} set you to {state}.",
      { name: detail["by"] ?? "", state: stateWord(detail["state"] ?? "") });
    case "queues_assigned_by":
      return t("{name} changed the queues you serve.", { name: detail["by"] ?? "" });
    case "logged_out_by": return t("{name} logged you out.", { name: detail["by"] ?? "" });
    case "cancelled": return t("The caller hung up.");
    case "transfer_failed": return t("The transfer did not work; the call is still yours.");
    case "transfer_not_taken": return t("The one you handed the call to did not take it.");
    case "dial_failed": return t("This number could not be called.");
    default: return detail["message"] ?? code.replaceAll("_", " ");
  }
}
