// The forms of a condition, a target and a share.

import { type Child, h } from "../page/dom";
import { iconButton } from "../page/parts";
import { t } from "../words/i18n";
import { choose, listed, tick, ticks, type } from "./fields";
import type { Condition, Share, Target } from "./shapes";
import { choices, conditionKinds, days, groups, measures, options, targetKinds } from "./words";

export interface Editing {
  touched: () => void; // something was typed: save and judge soon
  redraw: () => void; // the form itself has changed
}

const FRESH: Record<string, () => Condition> = {
  hours: () => ({ kind: "hours", schedule: choices().schedules[0]?.name ?? "", state: "closed" }),
  weekday: () => ({ kind: "weekday", days: ["sat", "sun"] }),
  time: () => ({ kind: "time", from: "12:00", until: "13:00" }),
  date: () => ({ kind: "date", from: new Date().toISOString().slice(0, 10) }),
  holiday: () => ({ kind: "holiday", country: "CN" }),
  area: () => ({ kind: "area", prefixes: ["+8621"] }),
  caller: () => ({ kind: "caller", group: "vip" }),
  recent: () => ({ kind: "recent", hours: 24, times: 1 }),
  load: () => ({ kind: "load", queue: choices().queues[0]?.name ?? "", measure: "waiting", is: "over", value: 5 }),
  site: () => ({ kind: "site", site: choices().sites[0]?.name ?? "", state: "down" }),
};

export const freshCondition = (kind = "hours"): Condition => FRESH[kind]?.() ?? { kind };

export function freshTarget(kind: string): Target {
  const queue = choices().queues[0]?.name ?? "";
  switch (kind) {
    case "queue": return { kind, queue };
    case "flow": return { kind, flow: choices().flows[0]?.name ?? "" };
    case "agent": return { kind, agent: choices().agents[0]?.name ?? "" };
    case "number": return { kind, number: "" };
    case "voicemail": return { kind, box: queue };
    case "announcement": return { kind, text: { zh: "我们现在休息，请稍后再拨。", en: "We are closed now, please call later." } };
    default: return { kind: "busy" };
  }
}

/** Replace all of a piece by another, in place. */
function become<Piece extends object>(piece: Piece, next: Piece): void {
  for (const name of Object.keys(piece)) delete (piece as Record<string, unknown>)[name];
  Object.assign(piece, next);
}

export function conditionForm(one: Condition, key: string, editing: Editing, remove: () => void): HTMLElement {
  const set = <Name extends keyof Condition>(name: Name) => (value: unknown) => {
    (one as unknown as Record<string, unknown>)[name] = value;
    editing.touched();
  };
  return h("div", { class: "plan-piece" },
    choose(t("Condition"), one.kind, conditionKinds(), (kind) => {
      become(one, freshCondition(kind));
      editing.touched();
      editing.redraw();
    }, `${key}.kind`),
    conditionFields(one, set),
    tick(t("not"), one.not ?? false, (on) => {
      if (on) one.not = true;
      else delete one.not;
      editing.touched();
    }),
    iconButton(t("Remove the condition"), "trash", remove, { class: "btn-ghost" }));
}

type Setter = <Name extends keyof Condition>(name: Name) => (value: unknown) => void;

function conditionFields(one: Condition, set: Setter): Child {
  const clock = { placeholder: "09:00", maxlength: "5", class: "form-control figures" };
  switch (one.kind) {
    case "hours": return [choose(t("Schedule"), one.schedule, options("schedules"), set("schedule")),
      choose(t("State"), one.state ?? "open", [["open", t("open for calls")], ["closed", t("closed for calls")]], set("state"))];
    case "weekday": return ticks(t("Days"), one.days ?? [], days(), set("days"));
    case "time": return [type(t("From"), one.from, set("from"), clock), type(t("Until"), one.until, set("until"), clock)];
    case "date": return [type(t("From"), one.from, set("from"), { type: "date" }),
      type(t("Until"), one.until, (value) => set("until")(value || undefined), { type: "date" })];
    case "holiday": return [choose(t("Country"), one.country, choices().countries.map((code) => [code, code]), set("country")),
      type(t("Part of it"), one.subdivision, (value) => set("subdivision")(value || undefined), { maxlength: "10" })];
    default: return callFields(one, set);
  }
}

function callFields(one: Condition, set: Setter): Child {
  const number = (name: "hours" | "times" | "value", label: string, most: number) =>
    type(label, one[name], (value) => set(name)(Number(value)), { type: "number", min: "0", max: String(most) });
  switch (one.kind) {
    case "area": return [
      type(t("Number begins with"), one.prefixes?.join(", "), (text) => set("prefixes")(listed(text)), { placeholder: "+8621, 021" }),
      type(t("Countries"), one.regions?.join(", "), (text) => set("regions")(listed(text.toUpperCase())), { placeholder: "CN, HK" })];
    case "caller": return choose(t("The caller is"), one.group, groups(), set("group"));
    case "recent": return [number("times", t("Times at least"), 100), number("hours", t("Within hours"), 168)];
    case "load": return [choose(t("Queue"), one.queue, options("queues"), set("queue")),
      choose(t("Measure"), one.measure, measures(), set("measure")),
      choose(t("Is"), one.is, [["over", t("over")], ["under", t("under")]], set("is")), number("value", t("Value"), 100_000)];
    case "site": return [choose(t("Site"), one.site, options("sites"), set("site")),
      choose(t("State"), one.state ?? "up", [["up", t("in operation")], ["down", t("switched off")]], set("state"))];
    default: return null;
  }
}

export function targetForm(label: string, one: Target, key: string, editing: Editing): HTMLElement {
  const set = (name: keyof Target) => (value: unknown) => {
    (one as unknown as Record<string, unknown>)[name] = value;
    editing.touched();
  };
  return h("div", { class: "plan-piece" },
    choose(label, one.kind, targetKinds(), (kind) => {
      become(one, freshTarget(kind));
      editing.touched();
      editing.redraw();
    }, `${key}.to`), targetFields(one, set));
}

function targetFields(one: Target, set: (name: keyof Target) => (value: unknown) => void): Child {
  switch (one.kind) {
    case "queue": return [choose(t("Queue"), one.queue, options("queues"), set("queue")),
      type(t("Priority"), one.priority ?? 0, (value) => set("priority")(Number(value) || undefined), { type: "number", min: "0", max: "100" })];
    case "flow": return choose(t("Flow"), one.flow, options("flows"), set("flow"));
    case "agent": return choose(t("Agent"), one.agent, options("agents"), set("agent"));
    case "number": return type(t("Number"), one.number, set("number"), { inputmode: "tel", maxlength: "21", placeholder: "+862162108888" });
    case "voicemail": return choose(t("Box of the queue"), one.box, options("queues"), set("box"));
    case "announcement": return [
      ...["zh", "en"].map((code) => type(code === "zh" ? t("Words in Chinese") : t("Words in English"), one.text?.[code],
        (words) => {
          const text = { ...one.text };
          if (words) text[code] = words;
          else delete text[code];
          set("text")(text);
        }, { maxlength: "1000", wide: true, lang: code })),
      tick(t("answer the call first"), one.answer ?? false, (on) => set("answer")(on || undefined))];
    default: return null;
  }
}

export function shareForm(one: Share, key: string, editing: Editing, remove: (() => void) | null): HTMLElement {
  const none: [string, string] = ["", t("always")];
  return h("div", { class: "plan-share" },
    h("div", { class: "plan-piece" },
      type(t("Percent"), one.percent, (value) => {
        one.percent = Number(value);
        editing.touched();
      }, { type: "number", min: "0.01", max: "100", step: "0.01", class: "form-control figures" }),
      choose(t("Counts while the site is up"), one.site ?? "", [none, ...options("sites")], (value) => {
        if (value) one.site = value;
        else delete one.site;
        editing.touched();
      }),
      choose(t("and while this is open"), one.hours ?? "", [none, ...options("schedules")], (value) => {
        if (value) one.hours = value;
        else delete one.hours;
        editing.touched();
      }),
      remove && iconButton(t("Remove the share"), "trash", remove, { class: "btn-ghost" })),
    targetForm(t("goes to"), one.to, key, editing));
}
