// A recording in a row: play, stop, and a place one can drag; one sound at a time on the page.

import { duration } from "../words/format";
import { t } from "../words/i18n";
import { fill, h, icon } from "./dom";
import { iconButton } from "./parts";

export interface Recording {
  url: string;
  label: string;
  seconds: number;
  played: () => void; // each time it begins
  gone: () => void; // it cannot be had
}

let silence: () => void = () => undefined;

export function player(one: Recording): HTMLElement {
  const audio = new Audio();
  audio.preload = "none";
  const clock = h("span", { class: "figures muted player-clock" }, duration(one.seconds));
  const place = h("input", { type: "range", class: "player-place", min: "0", max: String(Math.max(1, one.seconds)), step: "0.1", value: "0",
    "aria-label": t("Place in {what}", { what: one.label }) });
  const act = iconButton(one.label, "player-play", () => (audio.paused ? begin() : audio.pause()),
    { class: "btn-ghost listen", "aria-pressed": "false" });
  const show = () => {
    const on = !audio.paused;
    act.setAttribute("aria-pressed", String(on));
    fill(act, icon(on ? "player-pause" : "player-play"));
    clock.textContent = audio.currentTime ? `${duration(audio.currentTime)} / ${duration(one.seconds)}` : duration(one.seconds);
    place.value = String(audio.currentTime);
  };
  const begin = () => {
    silence();
    silence = () => audio.pause();
    if (!audio.src) audio.src = one.url;
    audio.play().then(one.played).catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === "AbortError")) one.gone();
    });
  };
  for (const event of ["play", "pause", "timeupdate"]) audio.addEventListener(event, show);
  audio.addEventListener("ended", () => {
    audio.currentTime = 0;
    show();
  });
  place.addEventListener("input", () => {
    if (audio.src) audio.currentTime = Number(place.value);
  });
  return h("div", { class: "player" }, act, place, clock);
}
