// Plans in sentences a person reads.

import { t, titled } from "../words/i18n";
import { phone } from "../words/format";
import type { Choice, Choices, Condition, Destination, Rule, Target } from "./shapes";

export type Options = [string, string][];

let known: Choices = { flows: [], queues: [], agents: [], schedules: [], sites: [], countries: [], zones: [] };

/** Learn what names mean, before anything is said. */
export function learn(choices: Choices): void {
  known = choices;
}

export const choices = () => known;

export function title(one: Choice): string {
  return titled(one) || one.name;
}

function called(list: keyof Choices, name: string | undefined): string {
  const found = (known[list] as Choice[]).find((one) => one.name === name);
  return found ? title(found) : name ?? "?";
}

export const options = (list: "flows" | "queues" | "agents" | "schedules" | "sites"): Options =>
  known[list].map((one) => [one.name, list === "agents" ? `${one.name} ${title(one)}` : title(one)]);

export const targetKinds = (): Options => [
  ["queue", t("a queue")], ["flow", t("a flow")], ["agent", t("an agent")], ["number", t("a number")],
  ["voicemail", t("voicemail")], ["announcement", t("an announcement")], ["busy", t("busy tone")]];

export const conditionKinds = (): Options => [
  ["hours", t("opening hours")], ["weekday", t("day of the week")], ["time", t("time of day")],
  ["date", t("date")], ["holiday", t("public holiday")], ["area", t("caller's area")],
  ["caller", t("who calls")], ["recent", t("called before")], ["load", t("load of a queue")],
  ["site", t("site")]];

export const groups = (): Options => [
  ["vip", t("a VIP")], ["known", t("a known customer")], ["unknown", t("an unknown caller")],
  ["anonymous", t("an anonymous caller")], ["blocked", t("on the block list")]];

export const measures = (): Options => [
  ["waiting", t("callers waiting")], ["ready", t("agents ready")], ["expected_wait", t("expected wait, seconds")]];

export const days = (): Options => [
  ["mon", t("Mon")], ["tue", t("Tue")], ["wed", t("Wed")], ["thu", t("Thu")], ["fri", t("Fri")],
  ["sat", t("Sat")], ["sun", t("Sun")]];

export function word(list: Options, name: string | undefined): string {
  return list.find(([one]) => one === name)?.[1] ?? name ?? "";
}

export function targetWords(target: Target | null): string {
  switch (target?.kind) {
    case "queue": return target.priority
      ? t("queue {name}, priority {n}", { name: called("queues", target.queue), n: target.priority })
      : t("queue {name}", { name: called("queues", target.queue) });
    case "flow": return t("flow {name}", { name: called("flows", target.flow) });
    case "agent": return t("agent {name}", { name: called("agents", target.agent) });
    case "number": return t("number {name}", { name: phone(target.number) });
    case "voicemail": return t("voicemail of {name}", { name: called("queues", target.box) });
    case "announcement": return t("announcement “{text}”", { text: Object.values(target.text ?? {})[0] ?? "" });
    case "busy": return t("busy tone");
    default: return t("nowhere");
  }
}

export const targetIcon = (kind: string | undefined): string => ({
  queue: "users", flow: "route", agent: "headset", number: "phone-outgoing", voicemail: "inbox",
  announcement: "volume", busy: "phone-off" }[kind ?? ""] ?? "phone");

/** A condition as half a sentence: "the schedule Office is open". */
export function conditionWords(one: Condition): string {
  const said = plainWords(one);
  return one.not ? t("not: {condition}", { condition: said }) : said;
}

function plainWords(one: Condition): string {
  switch (one.kind) {
    case "hours": return one.state === "closed" ? t("{name} is closed", { name: called("schedules", one.schedule) })
      : t("{name} is open", { name: called("schedules", one.schedule) });
    case "weekday": return t("it is {days}", { days: (one.days ?? []).map((day) => word(days(), day)).join(", ") });
    case "time": return t("it is {from} to {until}", { from: one.from ?? "", until: one.until ?? "" });
    case "date": return one.until ? t("it is {from} to {until}", { from: one.from ?? "", until: one.until })
      : t("it is {days}", { days: one.from ?? "" });
    case "holiday": return t("it is a holiday in {country}", { country: [one.country, one.subdivision].filter(Boolean).join("-") });
    default: return callWords(one);
  }
}

function callWords(one: Condition): string {
  switch (one.kind) {
    case "area": return t("the caller is from {places}", { places: [...one.prefixes ?? [], ...one.regions ?? []].join(", ") });
    case "caller": return t("the caller is {group}", { group: word(groups(), one.group) });
    case "recent": return t("the caller called {n} times or more within {hours} h", { n: one.times ?? 1, hours: one.hours ?? 24 });
    case "load": return one.is === "under"
      ? t("{queue}: {measure} under {n}", { queue: called("queues", one.queue), measure: word(measures(), one.measure), n: one.value ?? 0 })
      : t("{queue}: {measure} over {n}", { queue: called("queues", one.queue), measure: word(measures(), one.measure), n: one.value ?? 0 });
    case "site": return one.state === "down" ? t("site {name} is down", { name: called("sites", one.site) })
      : t("site {name} is up", { name: called("sites", one.site) });
    default: return one.kind;
  }
}

export function ruleWhen(rule: Rule): string {
  const said = (rule.when ?? []).map(conditionWords);
  const and = t(", and ");
  return said.length ? t("If {conditions}", { conditions: said.join(and) }) : t("Every call");
}

export function ruleThen(rule: Rule): string {
  if (rule.split) return rule.split.map((share) => `${share.percent} % ${share.label || targetWords(share.to)}`).join(" · ");
  if (rule.rules) return t("further rules");
  return targetWords(rule.to ?? null);
}

export function whyWords(led: Destination): string {
  switch (led.why) {
    case "closed": return t("closed by emergency");
    case "blocked": return t("the caller is on the block list");
    case "repeats": return t("too many calls within a minute");
    case "anonymous": return t("the caller hides the number");
    case "otherwise": return t("no rule took the call");
    case "no_plan": return t("the number has no plan");
    default: return t("by the rule {rule}", { rule: led.rule });
  }
}

export function aboutWords(about: string): string {
  switch (about) {
    case "emergency": return t("closed by emergency");
    case "blocked": return t("on the block list");
    case "repeats": return t("calls within a minute");
    case "anonymous": return t("the caller hides the number");
    case "split": return t("split");
    default: return word(conditionKinds(), about);
  }
}
