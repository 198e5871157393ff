// Words from the engine to this agent, by code, said in his language.

import { toast } from "../page/toast";
import type { Feed } from "../wire/feed";
import { t } from "../words/i18n";

export function startTold(feed: Feed): void {
  feed.watch(({ notice }) => {
    if (notice?.type === "agent_told") {
      toast(toldWords(notice.code, notice.detail), notice.level);
    } else if (notice?.type === "call_recorded") {
      document.dispatchEvent(new CustomEvent("callcenter:recorded", { detail: notice.call_id }));
    } else if (notice?.type === "pop_withdrawn") {
      document.dispatchEvent(new CustomEvent("callcenter:withdrawn", { detail: notice.call_id }));
    }
  });
}

function toldWords(code: string, detail: Record<string, string>): string {
  switch (code) {
    case "no_answer": return t("You missed a call and are not ready now.");
    case "rejected": return t("You declined a call and are not ready now.");
    case "busy": case "unavailable": case "offer_not_delivered": case "phone_not_registered":
      return t("Your phone cannot be reached; you are not ready now.");
    case "cancelled": return t("The caller hung up.");
    case "transfer_failed": return t("The transfer did not work; the call is still yours.");
    case "transfer_not_taken": return t("The one you handed the call to did not take it.");
    case "dial_failed": return t("This number could not be called.");
    default: return detail["message"] ?? code.replaceAll("_", " ");
  }
}
