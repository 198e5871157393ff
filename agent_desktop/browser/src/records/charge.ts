// What a call costs and why, in the reader's language.

import { h } from "../page/dom";
import type { CallDetail, ChargeStep } from "../wire/shapes";
import { duration, money } from "../words/format";
import { t } from "../words/i18n";
import { directionWord } from "../words/trade";

export function charge(call: CallDetail): HTMLElement {
  if (!call.charge) return h("p", { class: "muted" }, t("Nothing is charged for this call."));
  const { amount, currency, explanation, reason, billed_seconds: billed } = call.charge;
  if (call.charge.state === "unrated") {
    const [why] = explanation; // charges of older versions have their English reason alone
    return h("p", { class: "muted" }, t("No price yet: {reason}", { reason: why ? stepWords(why) : reason }));
  }
  return h("div", {}, h("p", { class: "charge-amount figures" }, money(amount, currency)),
    h("p", { class: "muted" }, t("{time} are charged", { time: duration(billed) })),
    h("table", { class: "explanation" }, h("caption", { class: "visually-hidden" }, t("How it is counted")),
      h("tbody", {}, explanation.map((step) => h("tr", {}, h("td", {}, stepWords(step)),
        h("td", { class: "num" }, step.amount === null || step.amount === "" ? "" : money(step.amount, currency)))))));
}

/** A step kept before figures were has its English words alone. */
function stepWords({ code, detail, figures }: ChargeStep): string {
  switch (code) {
    case "not_answered": return t("nobody answered");
    case "internal": return t("a call inside the house");
  }
  if (!Object.keys(figures).length) return detail;
  switch (code) {
    case "seconds": return t("{answered} s answered, {charged} s charged ({first} s, then {step} s)", figures);
    case "connect_fee": return t("connection {fee}", figures);
    case "talk": return t("{charged} s at {price} a minute", figures);
    case "minimum": return t("at least {least}", figures);
    case "rounded": return t("rounded ({rounding}) to {places} decimals",
      { ...figures, rounding: roundingWord(figures["rounding"] ?? "") });
    case "no_tariff": return t("there is no tariff for {direction} calls",
      { direction: directionWord(figures["direction"] ?? "") });
    case "no_rate": return t("the tariff {tariff} has no rate for {number} at this time", figures);
    case "no_zone": return t("the tariff {tariff} names no time zone we know: {zone}", figures);
    case "no_use": return t("the tariffs cannot be used: {error}", figures);
    case "reversal": return t("charge {charge} taken back", figures);
    default: return detail;
  }
}

function roundingWord(rounding: string): string {
  switch (rounding) {
    case "half_up": return t("half up");
    case "half_even": return t("half to even");
    case "up": return t("up");
    case "down": return t("down");
    default: return rounding;
  }
}
