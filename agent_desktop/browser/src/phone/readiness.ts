// Is this desk fit to take a call? Microphone, network and registration, in words.

import { post } from "../wire/api";
import { t } from "../words/i18n";
import type { Line } from "./line";

export type Level = "good" | "wait" | "bad";
export interface Check {
  name: string;
  icon: string;
  level: Level;
  words: string;
  blocks: boolean; // Ready is refused while this is so
}

const PROBE_MS = 20_000;

export class Readiness {
  private microphone: "asking" | "granted" | "denied" | "missing" = "asking";
  private roundTrip: number | null = null;
  private online = navigator.onLine;
  private listeners = new Set<() => void>();
  private reported: boolean | null = null;

  constructor(private readonly line: Line, private readonly seen: () => boolean) {
    line.watch((news) => news === "registration" && this.tell());
  }

  watch(listener: () => void): void {
    this.listeners.add(listener);
  }

  start(): void {
    void this.tryMicrophone();
    void this.probe();
    window.setInterval(() => void this.probe(), PROBE_MS);
    window.addEventListener("online", () => void this.probe());
    window.addEventListener("offline", () => void this.probe());
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.tryMicrophone());
  }

  /** Ask for the microphone (the browser asks the person once) and let it go again. */
  async tryMicrophone(): Promise<void> {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      for (const track of stream.getTracks()) track.stop();
      this.microphone = "granted";
    } catch (error) {
      const denied = error instanceof DOMException && error.name === "NotAllowedError";
      this.microphone = denied ? "denied" : "missing";
    }
    this.report();
    this.tell();
  }

  /** Tell the board, that offers calls to nobody who cannot be heard. */
  private report(): void {
    const works = this.microphone === "granted";
    if (works === this.reported) return;
    this.reported = works;
    post("/me/microphone", { works }).catch(() => {
      this.reported = null;
    });
  }

  /** The board may be another one, that knows nothing of us. */
  reportAgain(): void {
    this.reported = null;
    if (this.microphone !== "asking") this.report();
  }

  private async probe(): Promise<void> {
    const asked = performance.now();
    try {
      await fetch("/healthz", { cache: "no-store" });
      this.roundTrip = Math.max(1, Math.round(performance.now() - asked));
      this.online = true;
    } catch {
      this.online = false;
    }
    if (this.online && this.reported === null && this.microphone !== "asking") this.report();
    this.tell();
  }

  checks(): Check[] {
    return [this.microphoneCheck(), this.networkCheck(), this.registrationCheck()];
  }

  /** Why Ready would be a false promise, or null. */
  obstacle(): string | null {
    const bad = this.checks().find((check) => check.blocks);
    return bad ? `${bad.name}: ${bad.words}` : null;
  }

  private microphoneCheck(): Check {
    const name = t("Microphone");
    switch (this.microphone) {
      case "granted":
        return { name, icon: "microphone", level: "good", words: t("works"), blocks: false };
      case "asking":
        return { name, icon: "microphone", level: "wait", words: t("allow it, please"),
          blocks: true };
      case "denied":
        return { name, icon: "microphone-off", level: "bad", words: t("blocked by the browser"),
          blocks: true };
      case "missing":
        return { name, icon: "microphone-off", level: "bad", words: t("none found"), blocks: true };
    }
  }

  private networkCheck(): Check {
    const name = t("Network");
    if (!this.online) {
      return { name, icon: "wifi-off", level: "bad", words: t("no connection"), blocks: true };
    }
    const slow = (this.roundTrip ?? 0) > 400;
    const words = this.roundTrip === null ? "…" : `${this.roundTrip} ms`;
    return { name, icon: "wifi", level: slow ? "wait" : "good", words, blocks: false };
  }

  private registrationCheck(): Check {
    const name = t("Phone line");
    switch (this.line.registration) {
      case "registered":
        return this.seen()
          ? { name, icon: "plug-connected", level: "good", words: t("registered"), blocks: false }
          : { name, icon: "plug-connected", level: "wait", words: t("registered, switch checks it"),
            blocks: false };
      case "refused":
        return { name, icon: "plug-connected-x", level: "bad", words: t("refused, trying again"),
          blocks: true };
      case "connecting": case "off":
        return { name, icon: "plug-connected", level: "wait", words: t("connecting"), blocks: true };
      case "disconnected":
        return { name, icon: "plug-connected-x", level: "bad", words: t("lost, trying again"),
          blocks: true };
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
