// Stores how a call ended: by the agent's hand, or by itself when the wrap-up runs out.

import { tellFailure, toast } from "../page/toast";
import { get, post, put } from "../wire/api";
import type { Choice, Page } from "../wire/shapes";
import { t } from "../words/i18n";
import { changeDraft, readDraft } from "./draft";
import type { DeskSession } from "./session";

let choices: Promise<Choice[]> | null = null;
let warned = "";

export function dispositions(): Promise<Choice[]> {
  choices ??= get<Page<Choice>>("/dispositions").then((page) => page.items).catch((error: unknown) => {
    choices = null;
    throw error;
  });
  return choices;
}

/** Store disposition and note of the draft; true when nothing is left to store. */
export async function saveOutcome(callId: string): Promise<boolean> {
  const draft = readDraft(callId);
  if (!callId || draft.saved || !draft.disposition) return draft.saved;
  await put(`/calls/${callId}/disposition`, { code: draft.disposition, note: draft.note });
  changeDraft(callId, { saved: true });
  document.dispatchEvent(new CustomEvent("callcenter:outcome", { detail: callId }));
  return true;
}

/** End the wrap-up; asks once for a result when none is chosen. */
export async function finishWrapUp(callId: string): Promise<void> {
  if (callId && !readDraft(callId).disposition && warned !== callId) {
    warned = callId;
    toast(t("Choose how the call ended first, or finish again without it."), "warning");
    return;
  }
  try {
    await saveOutcome(callId);
    await post("/me/wrap-up/finish");
  } catch (error) {
    tellFailure(error);
  }
}

/** Nothing is lost when the time runs out: what is chosen is stored as it stands. */
export function startOutcomeKeeping(desk: DeskSession): void {
  let wrapping = "";
  desk.watch((now) => {
    if (now.stage === "wrap_up") wrapping = now.callId;
    else if (wrapping) {
      const left = wrapping;
      wrapping = "";
      saveOutcome(left).catch(tellFailure);
    }
  });
}
