// The demo caller's phone: pick who calls, dial, press keys, see the sound both ways.

import { exposePhone } from "./phone/exposed";
import { keyFor } from "./phone/keypad";
import { Line, type LineCall } from "./phone/line";
import { fill, find, h, icon } from "./page/dom";
import { startTheme } from "./page/theme";
import { ApiProblem, post } from "./wire/api";
import { everySecond } from "./wire/clock";
import type { DemoCredential } from "./wire/shapes";
import { duration, phone } from "./words/format";
import { chinese, t, titled } from "./words/i18n";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const METER_MS = 120;
const FULL = 0.35; // a loud voice; the meter's end

const number = find<HTMLInputElement>("#caller-number");
const other = find<HTMLInputElement>("#caller-other");
const call = find<HTMLButtonElement>("#caller-call");
const status = find("#caller-status");
const timer = find("#caller-timer");
const pressed = find("#caller-pressed");
let ready: DemoCredential | null = null;

const line = new Line(find<HTMLAudioElement>("#far-voice"), async () => {
  const credential = await post<DemoCredential>("/demo/phone");
  if (!ready) offerChoices(credential);
  ready = credential;
  return credential;
});

function offerChoices(credential: DemoCredential): void {
  const first = credential.service_numbers[0];
  if (first && !number.value) number.value = first.number;
  fill(find("#service-numbers"), credential.service_numbers.map((service) => h("button", {
    type: "button", class: "chip-button", on: { click: () => (number.value = service.number) },
  }, h("strong", { class: "figures" }, service.number), titled(service))));
  fill(find("#caller-choices"), credential.callers.map(({ number: from, name, name_en: english }, index) => {
    const known = /\d/.test(from);
    return choice(from, (chinese ? name : english || name) || (known ? t("Unknown number") : t("Anonymous")),
      known ? phone(from) : t("number withheld"), index === 0);
  }),
  choice("other", t("Another number"), t("as typed below"), false));
}

function choice(value: string, name: string, beside: string, chosen: boolean): HTMLElement {
  const radio = h("input", { type: "radio", name: "who", value, checked: chosen });
  radio.addEventListener("change", () => {
    other.disabled = value !== "other";
    if (value === "other") other.focus();
  });
  return h("label", { class: "caller-choice" }, radio,
    h("span", { class: "caller-choice-words" }, h("strong", {}, name),
      h("span", { class: "muted figures" }, beside)));
}

/** The header that tells the demo trunk which number calls. */
function fromHeader(): string {
  const who = document.querySelector<HTMLInputElement>("input[name=who]:checked")?.value ?? "";
  const digits = (who === "other" ? other.value : who).replace(/[^\d+]/g, "");
  return `X-Demo-From: ${digits || "anonymous"}`;
}

function press(digit: string): void {
  if (line.call?.state === "talking") {
    line.tone(digit);
    pressed.textContent = `${pressed.textContent ?? ""}${digit}`.slice(-16);
  } else if (!line.call) number.value += digit;
}

function toggleCall(): void {
  if (line.call) line.hangUp();
  else line.dial(number.value.replace(/[^\d+*#]/g, ""), [fromHeader()]);
}

function draw(): void {
  const up = line.call;
  document.body.dataset["line"] = up?.state ?? (line.registration === "registered" ? "free" : "off");
  status.textContent = statusWords(up);
  call.disabled = !up && line.registration !== "registered";
  fill(call, icon(up ? "phone-off" : "phone-filled"), up ? t("Hang up") : t("Call"));
  call.className = up ? "btn btn-hang-up" : "btn btn-answer";
  if (!up) timer.textContent = duration(0);
  for (const control of document.querySelectorAll<HTMLInputElement>("#caller-who input, #caller-number")) {
    if (control !== other) control.disabled = up !== null;
  }
}

function statusWords(up: LineCall | null): string {
  if (up?.state === "talking") return t("Connected");
  if (up) return t("Calling…");
  switch (line.registration) {
    case "registered": return t("Ready to call");
    case "refused": return t("The phone line is refused; trying again.");
    case "disconnected": return t("The phone line is lost; trying again.");
    default: return t("Getting the phone line…");
  }
}

async function measure(): Promise<void> {
  const counts = line.call?.state === "talking" ? await line.counts() : null;
  level("#meter-heard", counts?.heard ?? 0, counts?.inbound ?? 0);
  level("#meter-spoken", counts?.spoken ?? 0, counts?.outbound ?? 0);
  window.setTimeout(() => void measure(), METER_MS);
}

function level(selector: string, loudness: number, packets: number): void {
  const share = Math.min(1, Math.sqrt(loudness / FULL));
  const meter = find(selector);
  find("progress", meter).setAttribute("value", share.toFixed(2));
  find(".meter-packets", meter).textContent = packets
    ? packets.toLocaleString(chinese ? "zh-CN" : "en-GB") : "–";
}

function ended(cause: string): void {
  pressed.textContent = "";
  find("#caller-last").textContent = cause === "Terminated" || cause === "Canceled"
    ? t("The call has ended.") : t("The call has ended: {cause}.", { cause });
}

startTheme();
exposePhone(line);
other.disabled = true;
find("#caller-keypad").append(...KEYS.map((digit) => keyFor(digit, press)));
call.addEventListener("click", toggleCall);
number.addEventListener("keydown", (event) => {
  if (event.key === "Enter") toggleCall();
});
document.addEventListener("keydown", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.type !== "radio") return;
  if (KEYS.includes(event.key)) press(event.key);
});
window.addEventListener("beforeunload", (event) => {
  if (line.call) event.preventDefault();
});
line.watch((news, _call, cause) => {
  if (news === "ended") ended(cause);
  else if (news === "call") find("#caller-last").textContent = "";
  draw();
});
everySecond(() => {
  const up = line.call;
  if (up?.state === "talking") timer.textContent = duration((performance.now() - up.since) / 1000);
});
draw();
void measure();
document.body.dataset["started"] = "yes";
line.start().catch((error: unknown) => {
  status.textContent = error instanceof ApiProblem ? error.message : t("This did not work.");
});
