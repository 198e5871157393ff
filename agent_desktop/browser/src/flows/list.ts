// The flows: what callers hear now, and what is being written.

import { fill, h } from "../page/dom";
import { openDialog } from "../page/dialog";
import type { Mount } from "../page/mount";
import { button, chip, empty, field, submitButton } from "../page/parts";
import { Region } from "../page/region";
import { tellFailure } from "../page/toast";
import { get, put } from "../wire/api";
import { when } from "../words/format";
import { t } from "../words/i18n";
import type { FlowDocument } from "./document";
import { languageWord } from "./prompts";
import { flowTabs } from "./tabs";
import type { FlowItem } from "./wire";

export const mount: Mount = ({ root, signal, me }) => {
  const place = h("div", { class: "panel" });
  const mayWrite = me.user.roles.includes("admin");
  fill(root, flowTabs("flows", me, mayWrite && button(t("New flow"), "plus", openNew, { class: "btn-primary" })), place);
  void new Region<{ items: FlowItem[] }>(place, {
    load: (stop) => get("/flows", stop), show: ({ items }) => table(items), rows: 4,
  }, signal).load();
};

function table(items: FlowItem[]): HTMLElement {
  if (!items.length) return empty("route", t("No flows yet"), t("A flow says what callers hear and where they go."));
  const heads = [t("Flow"), t("Languages"), t("Steps"), t("Callers get"), t("Published")];
  return h("div", {}, h("table", { class: "record-table" },
    h("caption", { class: "visually-hidden" }, t("Flows")),
    h("thead", {}, h("tr", {}, heads.map((head, at) => h("th", { scope: "col", class: at === 0 ? "main" : at === 2 ? "num" : "" }, head)))),
    h("tbody", {}, items.map((one) => h("tr", {},
      h("td", { class: "main" }, h("a", { href: `/flows/${one.name}` }, one.title), " ",
        h("span", { class: "muted mono" }, one.name), " ",
        one.has_draft && chip("wrap_up", "pencil", t("draft"))),
      h("td", {}, one.languages.map(languageWord).join(", ")),
      h("td", { class: "num" }, one.nodes),
      h("td", {}, inForce(one)),
      h("td", {}, one.published_at ? `${when(one.published_at)} · ${one.published_by}` : "–"))))));
}

function inForce(one: FlowItem): HTMLElement | string {
  if (!one.in_force) return one.shipped ? t("as it was shipped") : t("nothing yet");
  const { version, canary_version: canary, canary_share: share } = one.in_force;
  return h("span", {}, t("version {n}", { n: version }), " ",
    canary !== null && chip("offered", "users",
      t("{share} % try version {n}", { share: Math.round(share * 100), n: canary })));
}

function openNew(): void {
  const name = h("input", { class: "form-control mono", required: true, pattern: "[a-z][a-z0-9\\-]{0,39}", maxlength: "40" });
  const title = h("input", { class: "form-control", required: true, maxlength: "80" });
  const save = submitButton(t("Create"), "plus", { class: "btn-primary" });
  const form = h("form", { class: "stack" }, field(t("Title"), title),
    field(t("Name"), name, t("small letters, digits and -; it stays for ever")), h("div", { class: "row-end" }, save));
  const dialog = openDialog(t("New flow"), "dialog-small", form);
  title.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save.disabled = true;
    put(`/flows/${name.value}/draft`, { document: beginning(name.value, title.value.trim()), tests: "" })
      .then(() => {
        dialog.close();
        document.dispatchEvent(new CustomEvent("callcenter:go", { detail: `/flows/${name.value}` }));
      })
      .catch((error: unknown) => {
        save.disabled = false;
        tellFailure(error);
      });
  });
}

/** The least a flow can be: a greeting, a queue, an operator, and what to do when a step fails. */
function beginning(name: string, title: string): FlowDocument {
  return {
    format: 1, version: 1, name, title, languages: ["zh", "en"], start: "greeting",
    operator: "operator", on_error: "trouble",
    prompts: {
      greeting: [{ text: { zh: "您好，欢迎致电。", en: "Hello, and welcome." } }],
      trouble: [{ text: { zh: "抱歉，系统出现问题，正在为您转接人工。", en: "Sorry, something went wrong. You are put through to a person." } }],
    },
    nodes: {
      greeting: { kind: "play", prompt: "greeting", next: "queue" },
      queue: { kind: "queue", queue: "service" },
      operator: { kind: "operator", queue: "service" },
      trouble: { kind: "error", prompt: "trouble", next: "operator" },
    },
  };
}
