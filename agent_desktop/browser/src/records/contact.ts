// The ways to reach a customer, each a click from a call, and a form to add one.

import { h, icon } from "../page/dom";
import { option, submitButton } from "../page/parts";
import { tellFailure } from "../page/toast";
import { post } from "../wire/api";
import type { ContactPoint, CustomerDetail } from "../wire/shapes";
import { t } from "../words/i18n";
import { number } from "./customers";

const ICONS: Record<string, string> = { phone: "phone", mobile: "device-mobile", mail: "mail", im: "message-circle", fax: "printer" };

export function contactPoints(
  customer: CustomerDetail, mayDial: boolean, again: () => void,
): HTMLElement {
  return h("div", {}, customer.contact_points.length
    ? h("ul", { class: "rows" }, customer.contact_points.map((point) => line(point, mayDial)))
    : h("p", { class: "muted" }, t("No number yet: add the first.")),
  addForm(customer, again));
}

function line(point: ContactPoint, mayDial: boolean): HTMLElement {
  const isPhone = point.kind === "phone" || point.kind === "mobile";
  return h("li", { class: "contact-line" }, icon(ICONS[point.kind] ?? "link"),
    h("span", { class: "contact-value" }, isPhone ? number(point.value, mayDial) : point.value,
      point.extension && h("span", { class: "muted" }, " ", t("ext. {n}", { n: point.extension }))),
    h("span", { class: "muted" }, point.label));
}

function addForm(customer: CustomerDetail, again: () => void): HTMLElement {
  const kind = h("select", { class: "form-select", "aria-label": t("Kind") },
    option("phone", t("number")), option("mail", t("e-mail")), option("im", t("chat")), option("fax", t("fax")));
  const value = h("input", { class: "form-control", "aria-label": t("Number or address"),
    placeholder: t("Number or address"), maxlength: "120" });
  const add = submitButton(t("Add"), "plus");
  const form = h("form", { class: "contact-add" }, kind, value, add);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!value.value.trim()) return value.focus();
    add.disabled = true;
    post(`/customers/${customer.contact_id}/contact-points`,
      { kind: kind.value, value: value.value.trim(), label: "", is_primary: false })
      .then(again).catch(tellFailure).finally(() => (add.disabled = false));
  });
  return form;
}
