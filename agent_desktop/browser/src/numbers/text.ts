// A plan as YAML: to read, to copy, to paste.

import { openDialog } from "../page/dialog";
import { fill, h, icon } from "../page/dom";
import { button } from "../page/parts";
import { tellFailure } from "../page/toast";
import { ApiProblem, post } from "../wire/api";
import { t } from "../words/i18n";
import type { Plan } from "./shapes";

interface PlanRead {
  document: Plan;
  yaml: string;
}

export function openText(number: string, plan: Plan, take: (plan: Plan) => void): void {
  const area = h("textarea", { class: "form-control mono plan-text", rows: "22", spellcheck: "false",
    "aria-label": t("The plan as YAML") });
  const told = h("div", { role: "alert" });
  const dialog = openDialog(t("Plan of {number} as text", { number }), "dialog-wide", area, told);
  post<PlanRead>("/plan-text", { text: JSON.stringify(plan) })
    .then((read) => { area.value = read.yaml; })
    .catch((error: unknown) => {
      area.value = JSON.stringify(plan, null, 1);
      if (!(error instanceof ApiProblem)) tellFailure(error);
    });
  const use = async () => {
    try {
      const read = await post<PlanRead>("/plan-text", { text: area.value });
      dialog.close();
      take(read.document);
    } catch (error) {
      const words = error instanceof ApiProblem ? error.message : t("This did not work.");
      fill(told, h("p", { class: "told" }, icon("alert-circle"), words));
    }
  };
  dialog.body.append(h("div", { class: "row-end plan-gap" },
    button(t("Take it as the draft"), "check", () => void use(), { class: "btn-primary" })));
  area.focus();
}
