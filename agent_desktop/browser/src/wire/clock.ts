// One clock for all timers, set by the server's time; counts the page's durations live.

import { duration } from "../words/format";

const JITTER_MS = 250; // smaller differences are the network's, and would make timers jump
let offset = 0; // server minus this machine, milliseconds

/** Take the server's time. */
export function anchor(serverTime: string): void {
  const told = Date.parse(serverTime) - Date.now();
  if (Math.abs(told - offset) > JITTER_MS) offset = told;
}

export function now(): number {
  return Date.now() + offset;
}

export function secondsSince(at: string): number {
  return Math.max(0, (now() - Date.parse(at)) / 1000);
}

type Tick = () => void;
const ticks = new Set<Tick>();

/** Call `tick` each second until the signal ends. */
export function everySecond(tick: Tick, signal?: AbortSignal): void {
  ticks.add(tick);
  signal?.addEventListener("abort", () => ticks.delete(tick));
}

/** A live duration: counts up from `at`, turning amber then red past `limit` seconds. */
export function since(at: string | null, limit?: number): HTMLElement {
  const element = document.createElement("time");
  element.className = "timer";
  if (at) element.dataset["since"] = at;
  if (limit) element.dataset["limit"] = String(limit);
  write(element);
  return element;
}

/** A live duration that counts down to `at`. */
export function until(at: string): HTMLElement {
  const element = document.createElement("time");
  element.className = "timer";
  element.dataset["until"] = at;
  write(element);
  return element;
}

function write(element: HTMLElement): void {
  const { since: from, until: to, limit } = element.dataset;
  const seconds = from ? secondsSince(from)
    : to ? Math.max(0, Math.ceil((Date.parse(to) - now()) / 1000)) : null;
  const text = seconds === null ? "–" : duration(seconds);
  if (element.textContent !== text) element.textContent = text;
  if (!limit || seconds === null) return;
  element.classList.toggle("is-late", seconds > Number(limit) && seconds <= 2 * Number(limit));
  element.classList.toggle("is-very-late", seconds > 2 * Number(limit));
}

function beat(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-since],[data-until]")) {
    write(element);
  }
  for (const tick of ticks) tick();
  window.setTimeout(beat, 1000 - (now() % 1000) + 5);
}

beat();
