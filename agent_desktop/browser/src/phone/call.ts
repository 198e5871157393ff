// What is known of one SIP call on the line, and of the line itself.

import type { RTCSession } from "jssip/lib/RTCSession";

export type Registration = "off" | "connecting" | "registered" | "refused" | "disconnected";
export type LineState = "ringing" | "calling" | "talking";

export interface LineCall {
  session: RTCSession;
  callId: string; // the platform's id, "" when the call brought none
  number: string;
  name: string;
  incoming: boolean;
  state: LineState;
  since: number; // performance.now() of the last change of state
  held: boolean;
  muted: boolean;
  sound: MediaStream | null; // of the far end
}
