// Why each agent was asked: the record of every choice made for a call, for those who lead.

import { h } from "../page/dom";
import type { CallDetail } from "../wire/shapes";
import { durationOr, exactly } from "../words/format";
import { t } from "../words/i18n";
import { whyWord } from "../words/why";

interface Candidate { agent_id: string; name: string; idle_seconds: number; score?: number }
interface Rival { queue: string; priority: number; waited_seconds?: number }
interface PassedOver { agent_id: string; name: string; why: string }

/** What the engine stored; records of older calls lack what was added since. */
interface Choice {
  agent_name: string;
  queue: string;
  words: string;
  waited_seconds?: number;
  step?: number;
  steps?: number;
  candidates?: Candidate[];
  passed_over?: PassedOver[];
  rivals?: Rival[];
}

/** One entry for each offer, or nothing when the call was offered to nobody. */
export function choices(call: CallDetail): HTMLElement | null {
  const made = call.events.filter((event) => event.kind === "offered_to_agent");
  if (!made.length) return null;
  return h("ol", { class: "events" }, made.map((event) =>
    entry(event.at, event.payload as unknown as Choice)));
}

function entry(at: string, choice: Choice): HTMLElement {
  const { step = 1, steps = 1 } = choice;
  return h("li", {}, h("time", { class: "figures muted", datetime: at }, exactly(at).slice(11)),
    h("div", {}, h("strong", {}, choice.agent_name), " ", h("span", {}, whyWord(choice.words)),
      h("p", { class: "muted" }, t("waited {time}, step {step} of {steps}", {
        time: durationOr(choice.waited_seconds ?? 0), step: String(step), steps: String(steps) })),
      candidates(choice.candidates ?? []), passedOver(choice.passed_over ?? []),
      rivals(choice.rivals ?? []),
      h("details", {}, h("summary", { class: "muted" }, t("as JSON")),
        h("pre", { class: "why-json", tabindex: "0" }, JSON.stringify(choice, null, 2)))));
}

function candidates(found: Candidate[]): HTMLElement | null {
  if (found.length < 2) return null;
  return h("ul", {}, found.map((one) => h("li", {}, one.name, " ",
    h("span", { class: "figures muted" }, t("free for {time}", { time: durationOr(one.idle_seconds) }),
      one.score ? ` · ${Math.round(one.score * 100) / 100}` : ""))));
}

function passedOver(found: PassedOver[]): HTMLElement | null {
  if (!found.length) return null;
  return h("p", { class: "muted" }, t("passed over"), ": ",
    found.map((one) => `${one.name} (${one.why.replaceAll("_", " ")})`).join(", "));
}

function rivals(found: Rival[]): HTMLElement | null {
  if (!found.length) return null;
  return h("p", { class: "muted" }, t("other calls that waited"), ": ",
    found.map((one) => [one.queue, `(${one.priority})`,
      one.waited_seconds === undefined ? "" : durationOr(one.waited_seconds)].join(" ").trim()).join(", "));
}
