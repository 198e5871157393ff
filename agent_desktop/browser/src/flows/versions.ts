// The versions of a flow: what changed, going back, letting some callers try one first.

import { fill, h } from "../page/dom";
import { confirmAct, openDialog } from "../page/dialog";
import { button, chip, empty, field, option, submitButton } from "../page/parts";
import { tellFailure, toast } from "../page/toast";
import { api, get, post } from "../wire/api";
import { exactly } from "../words/format";
import { t } from "../words/i18n";
import type { FlowShown, FlowVersion } from "./wire";

interface Difference {
  path: string;
  before: unknown;
  after: unknown;
}

type Told = (flow: FlowShown) => void;

export function openVersions(flow: FlowShown, mayWrite: boolean, told: Told): void {
  const changes = h("div", { "aria-live": "polite" });
  const dialog = openDialog(t("Versions"), "dialog-wide",
    canaryPart(flow, mayWrite, (next) => done(next)),
    flow.versions.length ? h("ol", { class: "flow-versions" }, flow.versions.map((one, at) =>
      row(flow, one, flow.versions[at + 1], mayWrite, changes, (next) => done(next))))
      : empty("history", t("Never published"), t("The first version is made by publishing the draft.")),
    changes);
  const done = (next: FlowShown) => {
    dialog.close();
    told(next);
  };
}

function row(
  flow: FlowShown, one: FlowVersion, before: FlowVersion | undefined, mayWrite: boolean,
  changes: HTMLElement, told: Told,
): HTMLElement {
  const now = flow.in_force?.version === one.version;
  return h("li", {}, h("strong", {}, t("version {n}", { n: one.version })),
    now && chip("ready", "check", t("callers get this")),
    flow.in_force?.canary_version === one.version && chip("offered", "users", t("some callers try this")),
    h("span", { class: "muted" }, `${exactly(one.at)} · ${one.user_name || "–"}`),
    h("span", {}, one.note === "as it was shipped" ? t("as it was shipped") : one.note),
    h("span", { class: "push" },
      before && button(t("What changed"), "list-details", () => void compare(flow, before, one, changes), { class: "btn-sm" }),
      mayWrite && !now && button(t("Go back to this"), "refresh", () => void back(flow, one, told), { class: "btn-sm" })));
}

async function compare(
  flow: FlowShown, before: FlowVersion, after: FlowVersion, place: HTMLElement,
): Promise<void> {
  const path = `/flows/${flow.name}/differences?before=${before.version}&after=${after.version}`;
  const { items } = await get<{ items: Difference[] }>(path).catch((error: unknown) => {
    tellFailure(error);
    return { items: [] };
  });
  const cell = (value: unknown) => value === null ? "–" : typeof value === "string" ? value : JSON.stringify(value);
  fill(place, h("h3", {}, t("From version {a} to {b}", { a: before.version, b: after.version })),
    items.length ? h("table", { class: "record-table" },
      h("thead", {}, h("tr", {}, [t("Place"), t("Before"), t("After")].map((one) => h("th", { scope: "col" }, one)))),
      h("tbody", {}, items.map((one) => h("tr", {}, h("td", { class: "mono" }, one.path),
        h("td", { class: "is-before" }, cell(one.before)), h("td", { class: "is-after" }, cell(one.after))))))
      : h("p", { class: "muted" }, t("Nothing but the version.")));
}

async function back(flow: FlowShown, one: FlowVersion, told: Told): Promise<void> {
  const sure = await confirmAct(t("Let all callers of {flow} get version {n} again?",
    { flow: flow.document.title, n: one.version }), t("Go back"));
  if (!sure) return;
  await post<FlowShown>(`/flows/${flow.name}/roll-back`, { version: one.version }).then(told).catch(tellFailure);
}

function canaryPart(flow: FlowShown, mayWrite: boolean, told: Told): HTMLElement | null {
  const held = flow.in_force;
  if (!held) return null;
  if (held.canary_version === null) {
    return held.told ? h("p", { class: "phone-note" }, t("The last trial ended: {why}", { why: held.told })) : null;
  }
  const act = (method: "POST" | "DELETE", path: string) =>
    void api<FlowShown>(method, `/flows/${flow.name}/canary${path}`).then(told).catch(tellFailure);
  return h("div", { class: "flow-canary" },
    h("p", {}, t("{share} % of the callers try version {n}; it is taken back by itself when {limit} points more of them give up or ask for a person.",
      { share: Math.round(held.canary_share * 100), n: held.canary_version, limit: Math.round(held.canary_limit * 100) })),
    mayWrite && h("div", { class: "row-end" },
      button(t("Take it back"), "x", () => act("DELETE", "")),
      button(t("Give it to all"), "check", () => act("POST", "/promote"), { class: "btn-primary" })));
}

export function openPublish(flow: FlowShown, told: Told): void {
  const note = h("input", { class: "form-control", maxlength: "200" });
  const who = h("select", { class: "form-select" }, option("", t("all callers"), true),
    flow.in_force && ["0.05", "0.1", "0.25", "0.5"].map((share) =>
      option(share, t("{share} % of the callers first", { share: Number(share) * 100 }))));
  const save = submitButton(t("Publish"), "check", { class: "btn-primary" });
  const form = h("form", { class: "stack" }, field(t("What is new"), note), field(t("Who gets it"), who),
    h("div", { class: "row-end" }, save));
  const dialog = openDialog(t("Publish {flow}", { flow: flow.document.title }), "dialog-small", form);
  note.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save.disabled = true;
    post<FlowShown>(`/flows/${flow.name}/publish`, { note: note.value.trim(),
      expected_version: flow.newest, canary_share: who.value || null })
      .then((next) => {
        dialog.close();
        toast(t("Published: callers get it from the next call on."), "done");
        told(next);
      })
      .catch((error: unknown) => {
        save.disabled = false;
        tellFailure(error);
      });
  });
}
