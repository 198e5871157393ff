// The form of the chosen node: its name, its fields by the schema, its prompts as words one can hear.

import { fill, h } from "../page/dom";
import { button, field, iconButton, option } from "../page/parts";
import { t } from "../words/i18n";
import { type FlowDocument, type FlowNode, isRecord } from "./document";
import { kindHelp } from "./help";
import { choiceWord, fieldWord, kindWord } from "./kinds";
import { promptEditor, type Recordings } from "./prompts";
import type { NodeField, Schema } from "./schema";

export interface FormActs {
  changed: () => void;
  rename: (from: string, to: string) => void;
  remove: (id: string) => void;
  start: (id: string) => void;
  queues: [string, string][];
  flows: string[];
  recordings: Recordings;
}

const NAME = "[a-z][a-z0-9\\-]{0,39}";

export function nodeForm(
  place: HTMLElement, flow: FlowDocument, schema: Schema, id: string, acts: FormActs,
): void {
  const node = flow.nodes[id];
  if (!node) return;
  const again = () => nodeForm(place, flow, schema, id, acts);
  fill(place,
    h("h2", { class: "column-title" }, kindWord(node.kind)),
    h("p", { class: "muted" }, kindHelp(node.kind) || schema.about(node.kind)),
    h("div", { class: "stack" },
      field(t("Name of the step"), nameInput(id, acts)),
      schema.fieldsOf(node.kind).map((one) => fieldRow(flow, node, one, acts, again)),
      h("div", { class: "flow-form-acts" },
        flow.start === id ? h("span", { class: "muted" }, t("The flow begins here."))
          : button(t("Begin the flow here"), "player-play", () => acts.start(id)),
        button(t("Delete"), "x", () => acts.remove(id), { class: "btn-ghost-danger",
          disabled: [flow.start, flow.operator, flow.on_error].includes(id) }))));
}

function nameInput(id: string, acts: FormActs): HTMLInputElement {
  const input = h("input", { class: "form-control mono", value: id, pattern: NAME, maxlength: "40", required: true });
  input.addEventListener("change", () => {
    if (input.validity.valid && input.value !== id) acts.rename(id, input.value);
  });
  return input;
}

function fieldRow(
  flow: FlowDocument, node: FlowNode, one: NodeField, acts: FormActs, again: () => void,
): HTMLElement {
  const set = (value: unknown) => {
    if (value === undefined || value === "" && !one.required) delete node[one.name];
    else node[one.name] = value;
    acts.changed();
  };
  if (one.kind === "map") return mapRows(flow, node, one, acts, again);
  if (one.kind === "rows") return caseRows(flow, node, one, acts, again);
  if (one.kind === "switch") return switchRow(node, one, set);
  const control = controlOf(flow, one, node[one.name], set, acts);
  const row = field(fieldWord(one.name), control);
  const prompt = node[one.name];
  if (one.names === "prompt" && typeof prompt === "string") {
    row.append(promptEditor(flow, prompt, acts.recordings, acts.changed));
  }
  return row;
}

function controlOf(
  flow: FlowDocument, one: NodeField, value: unknown, set: (value: unknown) => void, acts: FormActs,
): HTMLElement {
  if (one.names === "node") return choice(nodeOptions(flow), value, one.required, set);
  if (one.names === "prompt") return promptChoice(flow, value, one.required, set);
  if (one.names === "queue" && acts.queues.length) return choice(acts.queues, value, one.required, set);
  if (one.names === "flow") return choice(acts.flows.map((name) => [name, name]), value, one.required, set);
  if (one.kind === "choice") {
    return choice(one.choices.map((each) => [String(each), choiceWord(String(each))]),
      value ?? one.fallback, one.required || typeof one.fallback === "string", set);
  }
  if (one.kind === "number") return numberInput(one, value, set);
  if (one.kind === "other") return dataInput(value, set);
  const input = h("input", { class: "form-control", value: typeof value === "string" ? value : "" });
  input.addEventListener("change", () => set(input.value));
  return input;
}

const nodeOptions = (flow: FlowDocument): [string, string][] =>
  Object.entries(flow.nodes).map(([id, node]) => [id, `${id} · ${kindWord(node.kind)}`]);

function choice(
  options: [string, string][], value: unknown, required: boolean, set: (value: unknown) => void,
): HTMLSelectElement {
  const now = typeof value === "string" ? value : "";
  const known = options.some(([key]) => key === now);
  const select = h("select", { class: "form-select" },
    (!required || !known) && option(known || !now ? "" : now, now && !known ? `${now} (${t("not there")})` : "–", !known),
    options.map(([key, label]) => option(key, label, key === now)));
  select.addEventListener("change", () => set(select.value || undefined));
  return select;
}

function promptChoice(
  flow: FlowDocument, value: unknown, required: boolean, set: (value: unknown) => void,
): HTMLElement {
  const options = Object.keys(flow.prompts).map((name): [string, string] => [name, name]);
  const select = choice(options, value, required, set);
  select.append(option("\n", t("a new prompt…")));
  select.addEventListener("change", (event) => {
    if (select.value !== "\n") return;
    event.stopImmediatePropagation();
    let n = 1;
    while (`prompt-${n}` in flow.prompts) n++;
    flow.prompts[`prompt-${n}`] = [{ text: Object.fromEntries(flow.languages.map((one) => [one, ""])) }];
    set(`prompt-${n}`);
  }, { capture: true });
  return select;
}

function numberInput(one: NodeField, value: unknown, set: (value: unknown) => void): HTMLInputElement {
  const input = h("input", { class: "form-control", type: "number", step: one.whole ? "1" : "0.1",
    min: one.least ?? undefined, max: one.most ?? undefined,
    value: String(value ?? one.fallback ?? "") });
  input.addEventListener("change", () => set(input.value === "" ? undefined : Number(input.value)));
  return input;
}

function switchRow(node: FlowNode, one: NodeField, set: (value: unknown) => void): HTMLElement {
  const input = h("input", { type: "checkbox", class: "form-check-input",
    checked: Boolean(node[one.name] ?? one.fallback) });
  input.addEventListener("change", () => set(input.checked === one.fallback ? undefined : input.checked));
  return h("label", { class: "form-check" }, input,
    h("span", { class: "form-check-label" }, fieldWord(one.name)));
}

function dataInput(value: unknown, set: (value: unknown) => void): HTMLTextAreaElement {
  const input = h("textarea", { class: "form-control mono", rows: "3" });
  input.value = value === undefined ? "" : JSON.stringify(value, null, 1);
  input.addEventListener("change", () => {
    try {
      set(input.value.trim() ? JSON.parse(input.value) : undefined);
      input.setCustomValidity("");
    } catch {
      input.setCustomValidity(t("This is no JSON."));
      input.reportValidity();
    }
  });
  return input;
}

/** Keys of a menu, values to set, hours of a week: a key and what belongs to it, row by row. */
function mapRows(
  flow: FlowDocument, node: FlowNode, one: NodeField, acts: FormActs, again: () => void,
): HTMLElement {
  const held = isRecord(node[one.name]) ? node[one.name] as Record<string, unknown> : {};
  const store = (next: Record<string, unknown>, redraw = true) => {
    if (Object.keys(next).length || one.required) node[one.name] = next;
    else delete node[one.name];
    acts.changed();
    if (redraw) again();
  };
  const rows = Object.entries(held).map(([key, value]) => h("div", { class: "flow-map-row" },
    keyInput(one, key, (name) => store(Object.fromEntries(Object.entries(held)
      .map(([k, v]) => [k === key ? name : k, v])))),
    valueInput(flow, one, value, (next) => store({ ...held, [key]: next }, false)),
    iconButton(t("Remove"), "x", () => store(Object.fromEntries(Object.entries(held)
      .filter(([k]) => k !== key))), { class: "btn-ghost" })));
  const add = () => store({ ...held, [freeKey(one, held)]: one.inner === "node" ? flow.operator
    : one.inner === "list" ? ["09:00-18:00"] : "" });
  return h("fieldset", { class: "flow-map" }, h("legend", { class: "form-label" }, fieldWord(one.name)), rows,
    button(t("Add"), "plus", add, { class: "btn-sm" }));
}

function keyInput(one: NodeField, key: string, rename: (name: string) => void): HTMLElement {
  if (one.keys.length) {
    const select = h("select", { class: "form-select", "aria-label": t("Key") },
      one.keys.map((each) => option(each, choiceWord(each), each === key)));
    select.addEventListener("change", () => rename(select.value));
    return select;
  }
  const input = h("input", { class: "form-control mono", value: key, "aria-label": t("Key"), required: true });
  input.addEventListener("change", () => input.value && rename(input.value));
  return input;
}

function valueInput(
  flow: FlowDocument, one: NodeField, value: unknown, set: (value: unknown) => void,
): HTMLElement {
  const control = one.inner === "node" ? choice(nodeOptions(flow), value, true, set)
    : h("input", { class: "form-control", value: Array.isArray(value) ? value.join(", ") : String(value ?? "") });
  control.setAttribute("aria-label", fieldWord(one.name));
  if (control instanceof HTMLInputElement) {
    control.addEventListener("change", () => set(one.inner === "list"
      ? control.value.split(",").map((part) => part.trim()).filter(Boolean) : control.value));
  }
  return control;
}

function freeKey(one: NodeField, held: Record<string, unknown>): string {
  const wishes = one.keys.length ? one.keys : one.inner === "node" ? [..."1234567890*#"]
    : Array.from({ length: 60 }, (_, n) => `value_${n + 1}`);
  return wishes.find((key) => !(key in held)) ?? wishes[0] ?? "";
}

/** The cases of a branch: an expression, and where it leads. */
function caseRows(
  flow: FlowDocument, node: FlowNode, one: NodeField, acts: FormActs, again: () => void,
): HTMLElement {
  const held = (Array.isArray(node[one.name]) ? node[one.name] : []) as Record<string, unknown>[];
  const store = (next: Record<string, unknown>[], redraw = true) => {
    node[one.name] = next;
    acts.changed();
    if (redraw) again();
  };
  const rows = held.map((row, at) => h("div", { class: "flow-map-row" },
    one.cells.map((cell) => {
      const set = (value: unknown) => store(held.map((each, n) => n === at
        ? { ...each, [cell.name]: value } : each), false);
      const control = controlOf(flow, cell, row[cell.name], set, acts);
      control.setAttribute("aria-label", fieldWord(cell.name));
      return control;
    }),
    iconButton(t("Remove"), "x", () => store(held.filter((_, n) => n !== at)), { class: "btn-ghost" })));
  const blank = () => Object.fromEntries(one.cells.map((cell) =>
    [cell.name, cell.names === "node" ? flow.operator : ""]));
  return h("fieldset", { class: "flow-map" }, h("legend", { class: "form-label" }, fieldWord(one.name)), rows,
    button(t("Add"), "plus", () => store([...held, blank()]), { class: "btn-sm" }));
}

