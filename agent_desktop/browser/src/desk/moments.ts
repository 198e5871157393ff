// When the card came, when the phone rang: kept so that a test can hold their order.

export interface Moment {
  what: "pop" | "ring" | "talk" | "end";
  callId: string;
  at: number; // performance.now(), milliseconds
}

declare global {
  interface Window {
    callcenterTimeline: Moment[];
  }
}

window.callcenterTimeline = [];

/** Note a moment once a call. */
export function markMoment(what: Moment["what"], callId: string): void {
  const list = window.callcenterTimeline;
  if (list.some((one) => one.what === what && one.callId === callId && callId)) return;
  list.push({ what, callId, at: performance.now() });
  if (list.length > 400) list.shift();
}
