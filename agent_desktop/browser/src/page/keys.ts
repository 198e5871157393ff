// Keyboard: each act has a key, listed by "?"; letter keys can be switched off.

import { t } from "../words/i18n";
import { h, isWriting } from "./dom";
import { openDialog } from "./dialog";
import { key } from "./parts";

export interface KeyAct {
  keys: string; // "h", "/", "?", "Enter", "g d" (one after the other)
  label: string;
  group: string;
  run: () => boolean | void; // false: not now, let the browser have the key
  hidden?: boolean;
}

const acts: KeyAct[] = [];
const OFF = "callcenter.keys.off";
let first = ""; // the first key of a pair, for a moment

/** Add acts until the signal ends. */
export function addKeys(list: KeyAct[], signal?: AbortSignal): void {
  acts.push(...list);
  signal?.addEventListener("abort", () => {
    for (const act of list) acts.splice(acts.indexOf(act), 1);
  });
}

export function startKeys(): void {
  document.addEventListener("keydown", onKey);
  addKeys([{ keys: "?", label: t("Show the keys"), group: t("Everywhere"), run: showKeys }]);
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (isWriting(event.target) || document.querySelector("dialog[open]")) return;
  const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (pressed.length === 1 && lettersOff() && pressed !== "?") return;
  if (pressed === "Enter" && opensByEnter(event.target)) return;
  const wanted = first ? `${first} ${pressed}` : pressed;
  first = "";
  const act = [...acts].reverse().find((one) => one.keys === wanted);
  if (act && act.run() !== false) event.preventDefault();
  else if (acts.some((one) => one.keys.startsWith(`${pressed} `))) waitForSecond(pressed);
}

function opensByEnter(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && target.closest("button, a, summary, [role=button]") !== null;
}

function waitForSecond(pressed: string): void {
  first = pressed;
  window.setTimeout(() => (first = ""), 1200);
}

const lettersOff = () => localStorage.getItem(OFF) === "1";

export function showKeys(): void {
  const groups = new Map<string, KeyAct[]>();
  for (const act of acts.filter((one) => !one.hidden)) {
    groups.set(act.group, [...(groups.get(act.group) ?? []), act]);
  }
  const off = h("input", { type: "checkbox", class: "form-check-input", id: "keys-off",
    checked: lettersOff() });
  off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "1" : "0"));
  openDialog(t("Keys"), "dialog-keys",
    h("div", { class: "keys-columns" }, [...groups].map(([group, list]) =>
      h("section", {}, h("h3", {}, group), h("dl", { class: "keys-list" }, list.map((act) => [
        h("dt", {}, act.keys.split(" ").map(shown).map(key)), h("dd", {}, act.label)]))))),
    h("label", { class: "form-check", for: "keys-off" }, off,
      h("span", { class: "form-check-label" }, t("Switch letter keys off in this browser"))));
}

const shown = (name: string) => ({ Enter: "↵", " ": "␣" })[name] ?? name.toUpperCase();
