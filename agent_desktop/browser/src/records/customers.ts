// The customers: find one, or make one.

import { fill, h } from "../page/dom";
import { openDialog } from "../page/dialog";
import type { Mount } from "../page/mount";
import { button, chip, empty, face, field, submitButton } from "../page/parts";
import { tellFailure, toast } from "../page/toast";
import { post } from "../wire/api";
import type { CustomerDetail, CustomerItem } from "../wire/shapes";
import { phone } from "../words/format";
import { t } from "../words/i18n";
import { filterForm, searchField } from "./filters";
import { pageHead } from "./head";
import { type Column, RecordList } from "./list";

export const mount: Mount = ({ root, desk, signal }) => {
  const filters = filterForm(searchField("q", t("Name, company or number")));
  const place = h("div", { class: "panel" });
  fill(root, pageHead(t("Customers"), filters, h("span", { class: "push" },
    button(t("New customer"), "user-plus", openNew, { class: "btn-primary" }))), place);
  new RecordList<CustomerItem>(place, {
    path: "/customers", caption: t("Customers"), filters, columns: columns(desk !== null),
    none: () => empty("users", t("No customers found"),
      t("Try a part of the name, the company or the last digits of the number.")),
  }, signal);
};

function columns(mayDial: boolean): Column<CustomerItem>[] {
  return [
    { title: t("Name"), kind: "main", cell: (one) => h("span", { class: "with-face" }, face(one.name),
      h("a", { href: `/customers/${one.contact_id}`, title: one.name }, one.name),
      one.vip && chip("holding", "star-filled", t("VIP"))) },
    { title: t("Company"), kind: "wide", cell: (one) => h("span", { title: one.account_name },
      one.account_name) },
    { title: t("Grade"), cell: (one) => one.grade },
    { title: t("Number"), cell: (one) => one.numbers[0] ? number(one.numbers[0], mayDial) : "–" },
    { title: t("Tags"), cell: (one) => h("span", { class: "tags" }, one.tags.map((tag) =>
      chip("not_ready", "tag", tag))) },
  ];
}

export function number(value: string, mayDial: boolean): HTMLElement {
  if (!mayDial) return h("span", { class: "figures" }, phone(value));
  return h("button", { type: "button", class: "dial-link figures", data: { dial: value },
    title: t("Call {number}", { number: phone(value) }) }, phone(value));
}

function openNew(): void {
  const name = h("input", { class: "form-control", required: true, maxlength: "120" });
  const company = h("input", { class: "form-control", maxlength: "120" });
  const numberField = h("input", { class: "form-control figures", inputmode: "tel", maxlength: "24" });
  const save = submitButton(t("Save"), "check", { class: "btn-primary" });
  const form = h("form", { class: "stack" }, field(t("Name"), name), field(t("Company"), company),
    field(t("Number"), numberField), h("div", { class: "row-end" }, save));
  const dialog = openDialog(t("New customer"), "dialog-small", form);
  name.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save.disabled = true;
    post<CustomerDetail>("/customers", {
      name: name.value.trim(),
      ...(company.value.trim() ? { account_name: company.value.trim() } : {}),
      contact_points: numberField.value.trim()
        ? [{ kind: "phone", value: numberField.value.trim(), label: "" }] : [],
    }).then((made) => {
      dialog.close();
      toast(t("{name} is now a customer", { name: made.name }), "done");
      document.dispatchEvent(new CustomEvent("callcenter:go", { detail: `/customers/${made.contact_id}` }));
    }).catch((error: unknown) => {
      save.disabled = false;
      tellFailure(error);
    });
  });
}
