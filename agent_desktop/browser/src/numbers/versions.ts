// The published versions of a plan: who, when, why, what differs, and back to any of them.

import { confirmAct, openDialog } from "../page/dialog";
import { fill, h } from "../page/dom";
import { button, chip, skeleton } from "../page/parts";
import { tellFailure, toast } from "../page/toast";
import { get, post } from "../wire/api";
import type { Page } from "../wire/shapes";
import { exactly, when } from "../words/format";
import { t } from "../words/i18n";
import type { Plan, Published, Rule, Version } from "./shapes";
import { ruleThen, ruleWhen, targetWords } from "./words";

export async function openVersions(path: string, plan: Plan, done: () => void): Promise<void> {
  const dialog = openDialog(t("Versions"), "dialog-drawer", skeleton(5));
  try {
    const versions = (await get<Page<Version>>(`${path}/versions`)).items;
    const back = async (one: Version) => {
      if (!await confirmAct(t("Put version {n} in force again?", { n: one.version }), t("Roll back"))) return;
      try {
        const made = await post<Published>(`${path}/roll-back`, { version: one.version });
        dialog.close();
        toast(t("Version {n} is in force.", { n: made.version.version }), "done");
        done();
      } catch (error) {
        tellFailure(error);
      }
    };
    fill(dialog.body, versions.length
      ? h("ol", { class: "version-list" }, versions.map((one, at) => entry(one, versions[at + 1], at === 0, plan, () => void back(one))))
      : h("p", { class: "muted" }, t("Nothing was published yet.")));
  } catch (error) {
    dialog.close();
    tellFailure(error);
  }
}

function entry(one: Version, before: Version | undefined, newest: boolean, plan: Plan, back: () => void): HTMLElement {
  const changes = differences(before?.document ?? null, one.document);
  const pending = newest ? differences(one.document, plan) : [];
  return h("li", { class: "version" },
    h("div", { class: "version-head" }, h("strong", {}, t("Version {n}", { n: one.version })),
      h("span", {}, one.user_name || t("the system")),
      h("time", { datetime: one.at, title: exactly(one.at) }, when(one.at)),
      newest ? chip("ready", "circle-check", t("in force")) : button(t("Roll back"), "arrow-back-up", back, { class: "btn-small" })),
    one.note && h("p", { class: "save-note" }, one.note),
    pending.length > 0 && h("p", { class: "muted" }, t("Your draft differs:")), list(pending), list(changes));
}

function list(lines: Difference[]): HTMLElement | null {
  return lines.length ? h("ul", { class: "plan-changes" }, lines.map((one) =>
    h("li", { class: `is-${one.how}` }, h("span", { class: "plan-mark", "aria-hidden": "true" }, one.how === "added" ? "+" : one.how === "gone" ? "−" : "±"),
      h("span", { class: "visually-hidden" }, one.how === "added" ? t("added") : one.how === "gone" ? t("removed") : t("changed")), " ", one.words))) : null;
}

interface Difference {
  how: "added" | "gone" | "changed";
  words: string;
}

/** Rules that came, went or changed, and the two last destinations. */
function differences(before: Plan | null, after: Plan): Difference[] {
  const old = new Map(flat(before?.rules ?? []));
  const now = new Map(flat(after.rules ?? []));
  const found: Difference[] = [];
  for (const [id, rule] of now) {
    const was = old.get(id);
    const words = `${id}: ${ruleWhen(rule)} → ${ruleThen(rule)}`;
    if (!was) found.push({ how: "added", words });
    else if (JSON.stringify(own(was)) !== JSON.stringify(own(rule))) found.push({ how: "changed", words });
  }
  for (const [id, rule] of old) if (!now.has(id)) found.push({ how: "gone", words: `${id}: ${ruleWhen(rule)} → ${ruleThen(rule)}` });
  if (before) {
    const order = (plan: Plan) => flat(plan.rules ?? []).map(([id]) => id).filter((id) => old.has(id) && now.has(id)).join();
    if (order(before) !== order(after)) found.push({ how: "changed", words: t("the order of the rules") });
    for (const [name, words] of [["otherwise", t("When no rule takes the call")], ["closed", t("After an emergency closing")]] as const) {
      if (JSON.stringify(before[name]) !== JSON.stringify(after[name])) found.push({ how: "changed", words: `${words}: ${targetWords(after[name])}` });
    }
  }
  return found;
}

const own = ({ rules: _rules, ...rest }: Rule) => rest;
const flat = (rules: Rule[]): [string, Rule][] => rules.flatMap((rule) => [[rule.id, rule] as [string, Rule], ...flat(rule.rules ?? [])]);
