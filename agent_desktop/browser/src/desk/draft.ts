// What the agent has written for a call, kept in this browser until it is stored.

export interface Draft {
  disposition: string;
  note: string;
  subject: string;
  body: string;
  priority: string;
  contactId: string; // chosen or newly made customer of this call
  contactName: string;
  saved: boolean; // disposition and note are stored as they stand
  at: number;
}

const PREFIX = "callcenter.draft.";
const KEPT_MS = 7 * 86_400_000;

const EMPTY: Draft = {
  disposition: "", note: "", subject: "", body: "", priority: "normal", contactId: "",
  contactName: "", saved: false, at: 0,
};

export function readDraft(callId: string): Draft {
  try {
    const text = localStorage.getItem(PREFIX + callId);
    return { ...EMPTY, ...(text ? (JSON.parse(text) as Partial<Draft>) : {}) };
  } catch {
    return { ...EMPTY };
  }
}

export function changeDraft(callId: string, values: Partial<Draft>): Draft {
  const next = { ...readDraft(callId), saved: false, ...values, at: Date.now() };
  if (callId) localStorage.setItem(PREFIX + callId, JSON.stringify(next));
  return next;
}

/** Forget drafts that nobody came back to for a week. */
export function sweepDrafts(): void {
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
    if (Date.now() - readDraft(name.slice(PREFIX.length)).at > KEPT_MS) localStorage.removeItem(name);
  }
}
