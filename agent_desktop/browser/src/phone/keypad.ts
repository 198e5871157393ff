// Twelve keys that send tones into the call; the keyboard's digits do the same.

import { fill, h } from "../page/dom";
import { t } from "../words/i18n";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const LETTERS: Record<string, string> = {
  2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ", 0: "+",
};

export function drawKeypad(place: HTMLElement, press: (digit: string) => void): void {
  const sent = h("output", { class: "keypad-sent", "aria-label": t("Sent tones") });
  const send = (digit: string) => {
    press(digit);
    sent.textContent = `${sent.textContent ?? ""}${digit}`.slice(-18);
  };
  const pad = h("div", { class: "keypad", role: "group", "aria-label": t("Keypad") },
    KEYS.map((digit) => keyFor(digit, send)));
  pad.addEventListener("keydown", (event) => {
    if (!KEYS.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    send(event.key);
  });
  fill(place, sent, pad);
  pad.querySelector("button")?.focus({ preventScroll: true });
}

export function keyFor(digit: string, send: (digit: string) => void): HTMLButtonElement {
  return h("button", { type: "button", class: "keypad-key", on: { click: () => send(digit) } },
    h("span", {}, digit), h("small", { "aria-hidden": "true" }, LETTERS[digit] ?? "\u00a0"));
}
