// Why each agent was asked: the record of every choice made for a call, for those who lead.

import { h } from "../page/dom";
import type { CallDetail } from "../wire/shapes";
import { durationOr, exactly } from "../words/format";
import { t } from "../words/i18n";
import { queueTitle } from "../words/titles";

interface Candidate { agent_id: string; name: string; idle_seconds: number; score?: number }
interface Rival { queue: string; priority: number; waited_seconds?: number }
interface PassedOver { agent_id: string; name: string; why: string }

/** What the engine stored; records of older calls lack what was added since. */
interface Choice {
  agent_name: string;
  queue: string;
  words: string;
  rule?: string;
  needs?: string;
  idle_seconds?: number;
  waited_seconds?: number;
  free_agents?: number;
  step?: number;
  steps?: number;
  candidates?: Candidate[];
  passed_over?: PassedOver[];
  rivals?: Rival[];
  together?: string[];
  by_name?: string;
}

/** One entry for each offer, or nothing when the call was offered to nobody. */
export function choices(call: CallDetail): HTMLElement | null {
  const made = call.events.filter((event) => event.kind === "offered_to_agent");
  if (!made.length) return null;
  return h("ol", { class: "events choices" }, made.map((event) =>
    entry(event.at, event.payload as unknown as Choice)));
}

function entry(at: string, choice: Choice): HTMLElement {
  const { step = 1, steps = 1, needs = "" } = choice;
  return h("li", {}, h("time", { class: "figures muted", datetime: at }, exactly(at).slice(11)),
    h("div", {}, h("strong", {}, choice.agent_name), " ", h("span", {}, ruleWord(choice)),
      h("p", { class: "muted" }, [queueTitle(choice.queue),
        t("waited {time}, step {step} of {steps}", {
          time: durationOr(choice.waited_seconds ?? 0), step: String(step), steps: String(steps) }),
        needs].filter(Boolean).join(" · ")),
      candidates(choice.candidates ?? []), passedOver(choice.passed_over ?? []),
      rivals(choice.rivals ?? []),
      h("details", {}, h("summary", { class: "muted" }, t("as JSON")),
        h("pre", { class: "why-json", tabindex: "0" }, JSON.stringify(choice, null, 2)))));
}

/** Why just this one, as one says it of somebody else. */
function ruleWord(choice: Choice): string {
  const n = choice.free_agents ?? 1;
  const score = choice.candidates?.[0]?.score ?? 0;
  const time = durationOr(choice.idle_seconds ?? 0);
  switch (choice.rule) {
    case "first_in_line": return t("came free and took the first in line, who had waited {time}",
      { time: durationOr(choice.waited_seconds ?? 0) });
    case "owner": return t("looks after this customer");
    case "last_agent": return t("spoke with this customer last");
    case "transfer": return t("handed over by {name}", { name: choice.by_name ?? "" });
    case "rung_by_fallback": return t("rung by the fallback queue");
    case "ring_all": if (choice.together?.length) return t("rings with {names}", { names: choice.together.join(", ") });
  }
  if (n === 1) return t("was the only free agent, idle {time}", { time });
  switch (choice.rule) {
    case "longest_idle": return t("was idle the longest ({time}) of {n}", { time, n });
    case "least_occupied": return t("was the least occupied ({share} %) of {n}", { share: Math.round(score), n });
    case "round_robin": return t("was next in turn among {n}", { n });
    case "ordered_tiers": return t("tier {tier}, idle the longest in it, of {n}", { tier: Math.round(score), n });
    case "weighted": return t("next by weight among {n}", { n });
    case "best_skill": return t("best skill ({levels}) of {n}", { levels: Math.round(-score), n });
    case "least_flexible": return t("fewest other skills ({others}) of {n}", { others: Math.trunc(score), n });
    default: return choice.words;
  }
}

/** Why a free agent was not asked. */
function overWord(why: string): string {
  switch (why) {
    case "missed_it_just_now": return t("did not answer a moment ago");
    case "phone_not_registered": return t("the phone cannot be reached");
    case "phone_in_use": return t("the phone is in a call");
    case "microphone_lost": return t("no microphone");
    case "desk_closed": return t("the desktop is closed");
    case "dialling": return t("is dialling");
    case "reserved_for_outbound": return t("is kept for an outbound call");
    case "not_the_customers_own_agent": return t("not the customer's own agent");
    case "delay_not_reached": return t("takes these calls later only");
  }
  return why.split("; ").map((one) => {
    const level = /^(\S+) is (\d+), needs (\S+)$/.exec(one);
    return level ? t("{skill} is {has}, needs {wanted}",
      { skill: level[1] ?? "", has: level[2] ?? "", wanted: level[3] ?? "" }) : one.replaceAll("_", " ");
  }).join("; ");
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
    found.map((one) => `${one.name} (${overWord(one.why)})`).join(", "));
}

function rivals(found: Rival[]): HTMLElement | null {
  if (!found.length) return null;
  return h("p", { class: "muted" }, t("other calls that waited"), ": ",
    found.map((one) => [queueTitle(one.queue), one.priority ? `(${one.priority})` : "",
      one.waited_seconds === undefined ? "" : durationOr(one.waited_seconds)].filter(Boolean).join(" ")).join(", "));
}
