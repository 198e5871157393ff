// A button that plays a sound, and stops it; one sound at a time on the whole page.

import { t } from "../words/i18n";
import { fill, icon } from "./dom";
import { iconButton } from "./parts";
import { tellFailure } from "./toast";

let stopPlaying: () => void = () => undefined;

/** Play what `load` gives; press again to stop. */
export function listenButton(label: string, load: () => Promise<Blob>): HTMLButtonElement {
  const button = iconButton(label, "player-play", () => {
    const mine = button.getAttribute("aria-pressed") === "true";
    stopPlaying();
    if (!mine) void play(button, label, load);
  }, { class: "btn-ghost listen", "aria-pressed": "false" });
  return button;
}

async function play(button: HTMLButtonElement, label: string, load: () => Promise<Blob>): Promise<void> {
  const audio = new Audio();
  let url = "";
  const stop = () => {
    audio.pause();
    URL.revokeObjectURL(url);
    show(button, label, false);
    stopPlaying = () => undefined;
  };
  stopPlaying = stop;
  show(button, t("Stop"), true);
  try {
    url = URL.createObjectURL(await load());
    audio.src = url;
    audio.addEventListener("ended", stop);
    await audio.play();
  } catch (error) {
    stop();
    if (!(error instanceof DOMException && error.name === "AbortError")) tellFailure(error);
  }
}

function show(button: HTMLButtonElement, label: string, playing: boolean): void {
  button.setAttribute("aria-pressed", String(playing));
  button.setAttribute("aria-label", label);
  button.title = label;
  fill(button, icon(playing ? "player-stop" : "player-play"));
}
