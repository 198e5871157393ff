// Tests of a flow as text, a call tried without a telephone, and the flow as a file.

import { fill, h } from "../page/dom";
import { openDialog } from "../page/dialog";
import { button, field, submitButton } from "../page/parts";
import { tellFailure } from "../page/toast";
import { post } from "../wire/api";
import { t } from "../words/i18n";
import type { FlowDocument } from "./document";
import type { TriedCall } from "./wire";

const EXAMPLE = `flow: NAME
tests:
  - name: the greeting is heard
    steps:
      - hear: Hello
      - end: {queue: service}
`;

export function openTests(tests: string, flow: FlowDocument, keep: (tests: string) => void): void {
  const input = h("textarea", { class: "form-control mono", rows: "18", spellcheck: "false", maxlength: "100000" });
  input.value = tests || EXAMPLE.replace("NAME", flow.name);
  const bar = h("input", { class: "form-control", type: "number", min: "0", max: "100", value: String(Math.round((flow.coverage ?? 0) * 100)) });
  const form = h("form", { class: "stack" },
    field(t("Tests as YAML"), input, t("hear, not_hear, at, data, end; press, early, silence, fail")),
    field(t("Branches the tests must take, in %"), bar),
    h("div", { class: "row-end" }, submitButton(t("Keep and run"), "player-play", { class: "btn-primary" })));
  const dialog = openDialog(t("Tests"), "dialog-wide", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    flow.coverage = Number(bar.value) / 100;
    dialog.close();
    keep(input.value);
  });
}

export function openTrial(flow: FlowDocument, light: (path: string[]) => void): void {
  const script = h("input", { class: "form-control mono", value: "1", maxlength: "60" });
  const told = h("div", { "aria-live": "polite" });
  const form = h("form", { class: "stack" },
    field(t("What the caller does"), script, t("keys as themselves, . waits, ! hangs up")),
    h("div", { class: "row-end" }, submitButton(t("Call"), "phone", { class: "btn-primary" })), told);
  openDialog(t("Try a call"), "dialog-wide", form);
  script.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    post<TriedCall>("/flows/try", { document: flow, script: script.value })
      .then((call) => {
        fill(told, h("ol", { class: "flow-tried" }, call.taken.map((step) => h("li", {},
          h("span", { class: "mono" }, step.node), h("span", {}, step.heard),
          step.given && h("strong", {}, step.given)))),
        h("p", {}, h("strong", {}, t("It ends: {end}", { end: call.end || t("the caller hung up") }))));
        light(call.taken.map((step) => step.node));
      })
      .catch(tellFailure);
  });
}

export function openText(flow: FlowDocument, take: (document: FlowDocument) => void): void {
  const input = h("textarea", { class: "form-control mono", rows: "20", spellcheck: "false" });
  const form = h("form", { class: "stack" }, field(t("The flow as YAML"), input),
    h("div", { class: "row-end" }, button(t("Save as a file"), "download", () => save(flow.name, input.value)),
      submitButton(t("Take this"), "check", { class: "btn-primary" })));
  const dialog = openDialog(t("As text"), "dialog-wide", form);
  post<{ text: string }>("/flows/as-yaml", { document: flow })
    .then(({ text }) => { input.value = text; }).catch(tellFailure);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    post<{ document: FlowDocument }>("/flows/from-text", { text: input.value })
      .then(({ document }) => {
        dialog.close();
        take(document);
      }).catch(tellFailure);
  });
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  h("a", { href: url, download: `${name}.yaml` }).click();
  window.setTimeout(() => URL.revokeObjectURL(url), 1000);
}
