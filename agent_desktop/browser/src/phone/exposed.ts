// What tests may ask the phone: its registration, its call and the packets that flow.

import type { Line } from "./line";
import type { RtpCounts } from "./rtp";

export interface ExposedPhone {
  registration: () => string;
  state: () => string;
  second: () => string;
  callId: () => string;
  stats: () => Promise<RtpCounts>;
}

declare global {
  interface Window {
    callcenterPhone: ExposedPhone;
  }
}

export function exposePhone(line: Line): void {
  window.callcenterPhone = {
    registration: () => line.registration,
    state: () => line.call?.state ?? "idle",
    second: () => line.second?.state ?? "idle",
    callId: () => line.call?.callId ?? "",
    stats: () => line.counts(),
  };
}
