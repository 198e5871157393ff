// What speaks against a flow, below the graph: each line leads to its node.

import { fill, h, icon } from "../page/dom";
import { percent } from "../words/format";
import { t } from "../words/i18n";
import type { Judgement } from "./wire";

export function showProblems(
  place: HTMLElement, judgement: Judgement | null, choose: (node: string) => void,
): void {
  if (!judgement) {
    fill(place, h("p", { class: "muted" }, t("Checking…")));
    return;
  }
  const lines = [
    ...judgement.faults.map((one) => line("alert-circle", one.place, one.reason, nodeIn(one.place), choose)),
    ...judgement.dead_ends.map((one) => line("route", t("A dead end"),
      `${one.reason}: ${one.path.map(withoutKind).join(" → ")}`, lastNode(one.path), choose)),
    ...judgement.trials.filter((one) => !one.passed).map((one) =>
      line("x", t("Test “{name}”", { name: one.name }), one.reason, "", choose)),
  ];
  fill(place, head(judgement), lines.length > 0 && h("ul", { class: "flow-problems" }, lines));
}

export const VERDICT = "flow-verdict"; // the id of the line that says whether it may be published

/** The first thing that speaks against publishing, and how many more there are; empty: nothing. */
export function whyNot(judgement: Judgement | null): string {
  if (!judgement || judgement.ok) return "";
  const { faults, dead_ends, trials, coverage, bar } = judgement;
  const found = [
    ...faults.map((one) => `${one.place}: ${one.reason}`),
    ...dead_ends.map((one) => `${t("A dead end")}: ${one.reason}`),
    ...trials.filter((one) => !one.passed).map((one) => `${t("Test “{name}”", { name: one.name })}: ${one.reason}`),
  ];
  const [first, ...more] = found;
  if (first === undefined) {
    return t("Too few branches are taken by the tests: {coverage}, the bar is {bar}",
      { coverage: percent(coverage), bar: percent(bar) });
  }
  return more.length ? t("{first} (and {n} more)", { first, n: more.length }) : first;
}

function head(judgement: Judgement): HTMLElement {
  const { trials, coverage, bar, ok } = judgement;
  const passed = trials.filter((one) => one.passed).length;
  return h("p", { id: VERDICT, class: `flow-verdict ${ok ? "is-fine" : "is-wrong"}`, role: "status" },
    icon(ok ? "circle-check" : "alert-triangle"),
    h("strong", {}, ok ? t("May be published") : t("Not to be published yet")),
    h("span", { class: "muted" }, trials.length
      ? t("{passed} of {n} tests pass, {coverage} of the branches taken (bar {bar})",
        { passed, n: trials.length, coverage: percent(coverage), bar: percent(bar) })
      : t("no tests yet")));
}

function line(
  iconName: string, title: string, reason: string, node: string, choose: (node: string) => void,
): HTMLElement {
  const words = [icon(iconName), h("strong", {}, title), h("span", {}, reason)];
  return h("li", {}, node ? h("button", { type: "button", class: "flow-problem", on: { click: () => choose(node) } }, words)
    : h("div", { class: "flow-problem" }, words));
}

export function nodeIn(place: string): string {
  const [first = "", second = ""] = place.split(".");
  return first === "nodes" ? second : "";
}

/** `greeting: play → done`, without the word of its kind, which the list of steps tells. */
const withoutKind = (stretch: string) => stretch.replace(/^([^:\s]+): [^→]*?(?= →|$)/, "$1");

const lastNode = (path: string[]) => (path.at(-1) ?? "").split(":")[0] ?? "";
