// Where the plan of its number led a call, and every test on the way; for those who may see plans.

import { fill, h, icon } from "../page/dom";
import { line } from "../numbers/simulator";
import type { Choices, Destination, Target } from "../numbers/shapes";
import { learn, targetIcon, targetKinds, targetWords, whyWords, word } from "../numbers/words";
import { get } from "../wire/api";
import { t } from "../words/i18n";
import { panel } from "./head";

interface Route extends Omit<Destination, "target"> {
  target_kind: string;
  target: string;
}

const NAMED: Record<string, keyof Target> = {
  flow: "flow", queue: "queue", agent: "agent", number: "number", voicemail: "box" };

/** A place that fills when the call was led by a plan; empty otherwise. */
export function routePlace(callId: string): HTMLElement {
  const place = h("div", { hidden: true });
  void Promise.all([get<Route>(`/calls/${callId}/route`), get<Choices>("/plan-choices")]).then(([route, known]) => {
    learn(known);
    place.hidden = false;
    fill(place, panel(t("Way by the plan"), "route", shown(route)));
  }).catch(() => undefined); // no plan, or not for these eyes
  return place;
}

function shown(route: Route): HTMLElement {
  const name = NAMED[route.target_kind];
  const target: Target = { kind: route.target_kind, ...(name ? { [name]: route.target } : {}) };
  const words = name ? targetWords(target) : word(targetKinds(), route.target_kind);
  return h("div", {},
    h("p", { class: "simulated-answer" }, icon(targetIcon(target.kind)), h("strong", {}, words)),
    h("p", { class: "muted" }, whyWords({ ...route, target })),
    h("ol", { class: "trace", "aria-label": t("Tests made") }, route.trace.map(line)));
}
