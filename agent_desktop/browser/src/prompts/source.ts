// Where a new prompt's sound comes from: the microphone, or a file; heard before it is kept.

import { fill, h, icon } from "../page/dom";
import { button } from "../page/parts";
import { duration } from "../words/format";
import { t } from "../words/i18n";
import { Recorder } from "./recorder";

const MOST_BYTES = 20_000_000;

export class SoundSource {
  readonly place = h("div", { class: "sound-source" });
  sound: Blob | null = null;
  kind: "microphone" | "file" = "microphone";
  private readonly recorder = new Recorder();
  private readonly body = h("div", { class: "sound-body" });
  private readonly told = h("p", { class: "told", role: "alert", hidden: true });
  private heardUrl = "";

  constructor(private readonly changed: () => void) {
    const radio = (value: "microphone" | "file", words: string) => h("label", { class: "segment" },
      h("input", { type: "radio", name: "sound-source", value, checked: value === this.kind,
        on: { change: () => this.choose(value) } }), h("span", {}, words));
    fill(this.place, h("fieldset", { class: "segments" },
      h("legend", { class: "visually-hidden" }, t("Where the sound comes from")),
      radio("microphone", t("Record")), radio("file", t("A file"))), this.body, this.told);
    this.idle();
  }

  leave(): void {
    this.recorder.leave();
    URL.revokeObjectURL(this.heardUrl);
  }

  tell(words: string): void {
    fill(this.told, words && icon("alert-circle"), words);
    this.told.hidden = !words;
  }

  private choose(kind: "microphone" | "file"): void {
    this.recorder.leave();
    this.kind = kind;
    this.take(null);
    if (kind === "microphone") this.idle();
    else this.askFile();
  }

  private take(sound: Blob | null): void {
    this.sound = sound;
    this.tell("");
    this.changed();
  }

  private idle(): void {
    const begin = button(this.sound ? t("Record again") : t("Begin to record"), "microphone",
      () => void this.record(), { class: this.sound ? "" : "btn-record" });
    fill(this.body, this.sound && this.player(this.sound), begin,
      !this.sound && h("p", { class: "form-hint" }, t("Speak close to the microphone. Silence at both ends is cut off, and the loudness made the same as everywhere.")));
  }

  private async record(): Promise<void> {
    this.take(null);
    const meter = h("meter", { class: "sound-meter", min: "0", max: "1", low: "0.05", high: "0.95", optimum: "0.5", "aria-label": t("Loudness") });
    const clock = h("span", { class: "figures", role: "timer" }, "0:00");
    const stop = button(t("Stop"), "player-stop", () => void this.finish(), { class: "btn-danger" });
    try {
      await this.recorder.start((level, seconds) => {
        meter.value = level;
        clock.textContent = duration(seconds);
      }, () => void this.finish());
    } catch (error) {
      this.recorder.leave();
      return this.tell(microphoneTrouble(error));
    }
    fill(this.body, h("div", { class: "sound-recording" }, h("span", { class: "sound-dot", "aria-hidden": "true" }),
      clock, meter, stop));
    stop.focus();
  }

  private async finish(): Promise<void> {
    try {
      this.take(await this.recorder.stop());
      this.idle();
      this.body.querySelector("button")?.focus();
    } catch {
      this.recorder.leave();
      this.idle();
      this.tell(t("Nothing could be recorded."));
    }
  }

  private askFile(): void {
    const input = h("input", { type: "file", class: "form-control", accept: ".wav,.flac,.ogg,.mp3,.aiff,audio/*",
      "aria-label": t("Sound file") });
    const heard = h("div", {});
    input.addEventListener("change", () => {
      const file = input.files?.[0] ?? null;
      const tooBig = file !== null && file.size > MOST_BYTES;
      this.take(tooBig ? null : file);
      fill(heard, !tooBig && file !== null && this.player(file));
      if (tooBig) this.tell(t("A prompt may have 20 MB at most."));
    });
    fill(this.body, input, heard, h("p", { class: "form-hint" }, t("WAV, FLAC or Ogg; MP3 where this server reads it. Five minutes and 20 MB at most.")));
  }

  private player(sound: Blob): HTMLElement {
    URL.revokeObjectURL(this.heardUrl);
    this.heardUrl = URL.createObjectURL(sound);
    return h("audio", { class: "sound-player", controls: true, src: this.heardUrl, "aria-label": t("Listen before it is kept") });
  }
}

function microphoneTrouble(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return t("The browser may not use the microphone. Allow it beside the address.");
  if (name === "NotFoundError") return t("There is no microphone.");
  return t("The microphone cannot be used now.");
}
