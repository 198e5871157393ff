// The words of the configuration: choices, fields and problems in the reader's language.

import { t } from "../words/i18n";
import { queueTitle } from "../words/titles";
import type { Link, Problem, WrapUp } from "./shapes";

export type Choices = [string, string][];

export const strategies = (): Choices => [
  ["longest_idle", t("longest idle first")],
  ["least_occupied", t("least occupied first")],
  ["round_robin", t("in turn")],
  ["ordered_tiers", t("by tiers")],
  ["weighted", t("by weight")],
  ["best_skill", t("best skill first")],
  ["least_flexible", t("least flexible first")],
  ["ring_all", t("ring all")],
];

export function strategyAdvice(strategy: string): string {
  switch (strategy) {
    case "longest_idle": return t("Who has waited longest for a call is asked first.");
    case "least_occupied": return t("Who spent the least share of the shift on calls is asked first; work evens out.");
    case "round_robin": return t("Each in turn, whoever took the last call.");
    case "ordered_tiers": return t("All of tier 1 before tier 2; the longest idle within a tier.");
    case "weighted": return t("Calls are shared in proportion to each agent's weight.");
    case "best_skill": return t("The highest levels in what the call asks for come first.");
    case "least_flexible": return t("Who has the fewest other skills comes first; the many-skilled stay free.");
    case "ring_all": return t("Several phones ring at once; who answers first has the call.");
    default: return "";
  }
}

export const wrapUps = (): Choices => [
  ["none", t("none")],
  ["optional", t("when the agent asks for it")],
  ["mandatory", t("until the agent clicks")],
  ["timed", t("timed, may end early")],
  ["timed_forced", t("timed, no early end")],
];

export const overflowKinds = (): Choices => [
  ["queue", t("another queue")],
  ["number", t("a number")],
  ["voicemail", t("voicemail")],
  ["message", t("a message, then goodbye")],
  ["callback", t("a callback")],
  ["hang_up", t("hang up")],
];

export const overflowReasons = (): Choices => [
  ["closed", t("closed")],
  ["full", t("full")],
  ["nobody", t("nobody signed in")],
  ["waited", t("waited too long")],
];

export const callbackOrders = (): Choices => [
  ["agent_first", t("the agent, then the customer")],
  ["customer_first", t("the customer, then the agent")],
];

export const weekdays = (): string[] => [
  t("Mon"), t("Tue"), t("Wed"), t("Thu"), t("Fri"), t("Sat"), t("Sun")];

export function word(choices: Choices, value: string): string {
  return choices.find(([one]) => one === value)?.[1] ?? value;
}

export function wrapUpWords(rule: WrapUp): string {
  const kind = word(wrapUps(), rule.kind);
  return rule.seconds && rule.kind !== "none" && rule.kind !== "mandatory"
    ? t("{kind}, {n} s", { kind, n: rule.seconds }) : kind;
}

export function linkWords(link: Link): string {
  const where = link.kind === "queue" ? queueTitle(link.target)
    : link.target && link.kind === "number" ? link.target : word(overflowKinds(), link.kind);
  const when = link.reasons.map((reason) => word(overflowReasons(), reason)).join(", ");
  return `${when} → ${where}`;
}

/** What is wrong, in the reader's language; the server's words where no own ones are known. */
export function problemWords({ kind, code, path, values, message }: Problem): string {
  switch (code) {
    case "out_of_range": return t("Must be between {low} and {high}.", values);
    case "does_not_parse": return t("Not understood at character {place}: {reason}.", values);
    case "step_without_end": return t("Say after how many seconds the next step begins.");
    case "last_step_ends": return t("The last step has no end: leave this empty, or add a step.");
    case "steps_behind_anyone": return t("Anyone may take the call from here on; the steps below are never reached.");
    case "nobody_serves": return t("No agent is in this queue.");
    case "nobody_fulfils": return t("None of the {agents} agents fulfils the last step.", values);
    case "unknown_queue": return t("There is no queue {queue}.", values);
    case "overflow_ring": return t("Calls would go round: {ring}.", ringed(values));
    case "bad_number": return t("A number has 2 to 20 digits.");
    case "bad_mailbox": return t("A mailbox is letters, digits, - and _, or nothing.");
    case "bad_prompt": return t("Give the name of a prompt.");
    case "unknown_prompt": return t("There is no prompt {prompt}.", values);
    case "bad_music": return t("Give a class of music: letters, digits, - and _.");
    case "no_reasons": return t("Say when the call goes there.");
    case "callback_not_offered": return t("A callback is not offered in this queue: switch it on below.");
    case "link_never_reached": return t("Never reached: a link above ends these calls.");
    case "no_way_out": return t("No link says where calls go when: {reason}.",
      { reason: word(overflowReasons(), values["reason"] ?? "") });
    case "hours_backwards": return t("It closes as it opens.");
    case "hours_overnight": return t("Open past midnight: it closes on the next day.");
    case "hours_overlap": return t("These hours lie over others of the same day.");
    case "unknown_zone": return t("There is no such time zone.");
    case "day_twice": return t("This day is named twice.");
    case "no_key": return t("Callers need one key to press: a digit, * or #.");
    case "no_seconds": return t("Say how many seconds it lasts.");
    case "in_no_queue": return t("In no queue: no call would ever arrive.");
    case "bad_skill": return t("A skill is named like tech or language:zh.");
    case "nobody_has": return t("No agent has this skill.");
    case "invalid": return kind === "skill" && path === "key" ? t("A skill is named like tech or language:zh.")
      : invalidWords(path, message);
    default: return message;
  }
}

/** What the server cannot even read, by the field it stands in. */
function invalidWords(path: string, message: string): string {
  if (path === "extension") return t("An extension has 2 to 8 digits.");
  if (/\.(since|until)$/.test(path)) return t("Write a time as 09:00.");
  if (/(^|\.)(title|label|name)$/.test(path)) return t("A name is needed, of 80 characters at most.");
  if (path === "key" || path === "username") return t("Only a-z, 0-9 and - are possible here.");
  if (path === "password") return t("A password has 8 characters at least.");
  return message;
}

function ringed(values: Record<string, string>): Record<string, string> {
  return { ring: (values["ring"] ?? "").split(" → ").map(queueTitle).join(" → ") };
}

/** A field's name, for the history: `hours.periods.0.since` -> Hours · 1 · opens. */
export function pathWords(path: string): string {
  return path.split(".").map((part, at, all) => /^\d+$/.test(part) ? String(Number(part) + 1)
    : all[at - 1] === "seats" ? queueTitle(part) : partWords()[part] ?? part).join(" · ");
}

let parts: Record<string, string> | null = null;
function partWords(): Record<string, string> {
  parts ??= {
    title: t("Title"), title_en: t("English name"), label: t("Title"), label_en: t("English name"),
    name: t("Name"), ring_seconds: t("Ring time"), wrap_up: t("Wrap-up"), kind: t("Kind"),
    seconds: t("Seconds"), extension_seconds: t("Longer by"), strategy: t("Strategy"),
    steps: t("Steps"), needs: t("Needs"), priority: t("Priority"),
    ageing_seconds: t("Ageing"), owner_seconds: t("Owner first"),
    last_agent_seconds: t("Last agent first"), ring_all_limit: t("Phones rung at once"),
    limits: t("Limits"), max_waiting: t("Most waiting"), max_wait_seconds: t("Longest wait"),
    max_per_ready_agent: t("Waiting per ready agent"), hours: t("Hours"), zone: t("Time zone"),
    periods: t("Opening hours"), weekday: t("Day"), since: t("opens"), until: t("closes"),
    closed_on: t("Closed on"), closed_now: t("Closed by hand"), overflow: t("Overflow"),
    reasons: t("Condition"), target: t("Where"), comfort: t("Comfort"), music: t("Music"),
    messages: t("Messages"), every_seconds: t("Every"), say_position: t("Says the position"),
    say_wait: t("Says the expected wait"), callback: t("Callback"), offered: t("Offered"),
    key: t("Key"), after_seconds: t("Offered after"), order: t("Rung first"), tries: t("Tries"),
    retry_seconds: t("Tried again after"), expires_seconds: t("Given up after"),
    short_abandon_seconds: t("Short abandon"), target_seconds: t("Answer within"),
    target_share: t("Share of calls"), formula: t("Formula"), extension: t("Extension number"),
    seats: t("Queues"), tier: t("Tier"), weight: t("Weight"), delay_seconds: t("Delay"),
    skills: t("Skills"), missed_limit: t("Missed in a row"), blended: t("Outbound too"),
    sort: t("Order"), paid: t("Paid"), max_seconds: t("Longest"), max_a_day: t("Most a day"),
  };
  return parts;
}

/** What stands where there is no value. */
export const NOTHING = "–";

/** A value as the field of this path shows it. */
export function valueWords(value: unknown, path = ""): string {
  if (value === null || value === undefined || value === "") return NOTHING;
  if (value === true) return t("yes");
  if (value === false) return t("no");
  if (Array.isArray(value)) return value.length ? value.map((one) => valueWords(one)).join(", ") : NOTHING;
  const text = String(value);
  if (path.endsWith(".weekday")) return weekdays()[Number(value)] ?? text;
  if (/\.(since|until)$/.test(path)) return path.endsWith("until") && text.startsWith("00:00") ? "24:00" : text.slice(0, 5);
  if (path.endsWith(".target")) return queueTitle(text);
  const known = [...strategies(), ...wrapUps(), ...overflowKinds(), ...overflowReasons()]
    .find(([one]) => one === text);
  return known?.[1] ?? text;
}
