// The rules of a plan in their order: read as sentences, opened to be changed, moved by mouse or keys.

import { type Child, fill, h, icon } from "../page/dom";
import { button, iconButton } from "../page/parts";
import { movable, rowActs, swapped } from "../settings/rows";
import { t } from "../words/i18n";
import { choose, type } from "./fields";
import { conditionForm, type Editing, freshCondition, freshTarget, shareForm, targetForm } from "./parts";
import type { Finding, Rule } from "./shapes";
import { ruleThen, ruleWhen, targetIcon } from "./words";

export interface RulesContext extends Editing {
  open: Set<string>; // ids of the rules whose form is shown
  findings: () => Finding[];
  locked: boolean;
  newId: () => string;
}

/** A list of rules at its place in the plan; `set` puts another list there. */
export function ruleList(rules: Rule[], place: string, context: RulesContext, set: (next: Rule[]) => void): HTMLElement {
  const change = (next: Rule[]) => {
    set(next);
    context.touched();
    context.redraw();
  };
  const add = () => {
    const id = context.newId();
    context.open.add(id);
    change([...rules, { id, when: [freshCondition("caller")], to: freshTarget("queue") }]);
  };
  return h("div", { class: "plan-rules" },
    h("ol", { class: "rows-list" }, rules.map((rule, at) => {
      const acts = { at, of: rules.length, name: rule.id,
        move: (by: number) => change(swapped(rules, at, by)),
        remove: () => change(rules.filter((_, other) => other !== at)) };
      return movable(h("li", { class: "plan-rule", data: { place: `${place}.${at}` } },
        ruleHead(rule, at, context, !context.locked && rowActs(acts)),
        context.open.has(rule.id) && ruleForm(rule, `${place}.${at}`, context),
        h("div", { class: "told-place" }, told(`${place}.${at}`, rule, context)),
        rule.rules && h("div", { class: "plan-inner" }, ruleList(rule.rules, `${place}.${at}.rules`, context,
          (next) => { rule.rules = next; }))), acts);
    })),
    !context.locked && button(t("Add a rule"), "plus", add, { class: "btn-small", data: { key: `${place}.add` } }));
}

function ruleHead(rule: Rule, at: number, context: RulesContext, acts: Child): HTMLElement {
  const isOpen = context.open.has(rule.id);
  const toggle = () => {
    if (isOpen) context.open.delete(rule.id);
    else context.open.add(rule.id);
    context.redraw();
  };
  return h("div", { class: "plan-rule-head" },
    h("span", { class: "row-number figures" }, String(at + 1)),
    h("button", { type: "button", class: "plan-rule-words", "aria-expanded": String(isOpen),
      data: { key: `rule.${rule.id}` }, on: { click: toggle } },
    h("span", { class: "plan-when" }, ruleWhen(rule)),
    h("span", { class: "plan-then" }, icon(rule.split ? "git-branch" : rule.rules ? "list-details" : targetIcon(rule.to?.kind)),
      h("span", {}, ruleThen(rule))),
    h("span", { class: "muted plan-id" }, rule.note ? `${rule.id} · ${rule.note}` : rule.id)),
    acts);
}

/** What is wrong with a rule, beside it; what lies in the rules inside it is told there. */
function told(place: string, rule: Rule, context: RulesContext): HTMLElement | null {
  const mine = context.findings().filter((one) => (one.place === place || one.place.startsWith(`${place}.`))
    && !(rule.rules && one.place.startsWith(`${place}.rules.`)));
  if (!mine.length) return null;
  return h("ul", { class: "plan-told" }, mine.map((one) => finding(one, place)));
}

export function finding(one: Finding, within = ""): HTMLElement {
  const where = within && one.place.startsWith(within) ? one.place.slice(within.length + 1) : one.place;
  return h("li", { class: `told ${one.severity === "warning" ? "is-warning" : ""}` },
    icon(one.severity === "warning" ? "alert-triangle" : "alert-circle"),
    h("span", {}, where && h("code", {}, where), where && " ", one.reason));
}

const totalOf = (rule: Rule) => Math.round((rule.split ?? []).reduce((sum, one) => sum + one.percent, 0) * 100) / 100;

function totalWords(rule: Rule): HTMLElement {
  const total = totalOf(rule);
  return h("span", { class: total === 100 ? "muted figures" : "is-alarm figures" }, t("together {n} %", { n: total }));
}

/** Say anew what rules do and what is wrong with them; the forms, and who types in them, stay. */
export function retell(root: HTMLElement, rules: Rule[], place: string, context: RulesContext): void {
  rules.forEach((rule, at) => {
    const here = `${place}.${at}`;
    const row = root.querySelector(`[data-place="${here}"]`);
    const part = (selector: string) => row?.querySelector(`:scope > ${selector}`);
    const put = (selector: string, ...words: Child[]) => {
      const found = part(selector);
      if (found) fill(found, words);
    };
    put(".plan-rule-head .plan-when", ruleWhen(rule));
    put(".plan-rule-head .plan-then > span", ruleThen(rule));
    put(".told-place", told(here, rule, context));
    put(".plan-form .plan-total", totalWords(rule));
    if (rule.rules) retell(root, rule.rules, `${here}.rules`, context);
  });
}

type Way = "to" | "split" | "rules";

function ruleForm(rule: Rule, place: string, context: RulesContext): HTMLElement {
  const way: Way = rule.split ? "split" : rule.rules ? "rules" : "to";
  const again = () => {
    context.touched();
    context.redraw();
  };
  return h("fieldset", { class: "plan-form", disabled: context.locked },
    h("legend", { class: "visually-hidden" }, rule.id),
    h("div", { class: "plan-piece" },
      type(t("Name of the rule"), rule.id, (value) => {
        context.open.delete(rule.id);
        rule.id = value;
        context.open.add(value);
        context.touched();
      }, { maxlength: "40", data: { key: `${place}.id` } }),
      type(t("Note"), rule.note, (value) => {
        if (value) rule.note = value;
        else delete rule.note;
        context.touched();
      }, { wide: true })),
    h("h3", { class: "plan-part" }, t("When all of these hold")),
    (rule.when ?? []).map((one, at) => conditionForm(one, `${place}.when.${at}`, context, () => {
      rule.when = (rule.when ?? []).filter((_, other) => other !== at);
      again();
    })),
    button(t("Add a condition"), "plus", () => {
      rule.when = [...rule.when ?? [], freshCondition("weekday")];
      again();
    }, { class: "btn-small btn-ghost", data: { key: `${place}.when.add` } }),
    h("h3", { class: "plan-part" }, t("Then")),
    h("div", { class: "plan-piece" }, choose(t("The call goes"), way,
      [["to", t("to one place")], ["split", t("to several, by percent")], ["rules", t("through further rules")]],
      (next) => {
        turn(rule, next as Way, context);
        again();
      }, `${place}.way`)),
    rule.to && targetForm(t("Destination"), rule.to, place, context),
    rule.split && splitForm(rule, place, context, again));
}

function turn(rule: Rule, way: Way, context: RulesContext): void {
  const first = rule.to ?? rule.split?.[0]?.to ?? freshTarget("queue");
  delete rule.to;
  delete rule.split;
  delete rule.rules;
  if (way === "to") rule.to = first;
  else if (way === "split") rule.split = [{ percent: 50, to: first }, { percent: 50, to: freshTarget("queue") }];
  else rule.rules = [{ id: context.newId(), when: [freshCondition("weekday")], to: first }];
}

function splitForm(rule: Rule, place: string, context: RulesContext, again: () => void): HTMLElement {
  const shares = rule.split ?? [];
  return h("div", { class: "plan-split" },
    shares.map((one, at) => shareForm(one, `${place}.split.${at}`, context, shares.length > 2 ? () => {
      rule.split = shares.filter((_, other) => other !== at);
      again();
    } : null)),
    h("div", { class: "rows-foot" },
      button(t("Add a share"), "plus", () => {
        rule.split = [...shares, { percent: Math.max(0, Math.round((100 - totalOf(rule)) * 100) / 100) || 1, to: freshTarget("queue") }];
        again();
      }, { class: "btn-small btn-ghost", data: { key: `${place}.split.add` } }),
      h("span", { class: "plan-total" }, totalWords(rule)),
      iconButton(t("Make it 100 %"), "adjustments", () => {
        const last = shares.at(-1);
        if (last) last.percent = Math.max(0.01, Math.round((last.percent + 100 - totalOf(rule)) * 100) / 100);
        again();
      }, { class: "btn-ghost" })),
    h("p", { class: "form-hint" }, t("After any number of calls each share is less than one call off. A closed share goes to the others and is repaid later.")));
}
