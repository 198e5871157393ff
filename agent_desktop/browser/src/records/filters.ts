// The controls above a list.

import { type Child, h, icon } from "../page/dom";
import { option } from "../page/parts";
import { get } from "../wire/api";
import type { AgentRow, Choice, Page, QueueRow } from "../wire/shapes";
import { labelled, t, titled } from "../words/i18n";

export function filterForm(...controls: Child[]): HTMLFormElement {
  return h("form", { class: "filters", role: "search", "aria-label": t("Filters") }, controls);
}

export function searchField(name: string, label: string): HTMLElement {
  return h("span", { class: "filter-search" }, icon("search"),
    h("input", { class: "form-control", type: "search", name, "aria-label": label, placeholder: label,
      autocomplete: "off" }));
}

/** A filter that only a link sets, kept when the others change. */
export function hidden(name: string): HTMLElement {
  return h("input", { type: "hidden", name });
}

export function choiceField(name: string, label: string, options: [string, string][]): HTMLElement {
  return h("select", { class: "form-select", name, "aria-label": label },
    option("", label), options.map(([value, word]) => option(value, word)));
}

export function dayField(name: string, label: string, value = ""): HTMLElement {
  return h("label", { class: "filter-day" }, h("span", {}, label),
    h("input", { class: "form-control", type: "date", name, value }));
}

/** Choices that are read from the server; the address' own choice is set when they are there. */
export function readField(
  name: string, label: string, read: () => Promise<[string, string][]>,
): HTMLElement {
  const select = h("select", { class: "form-select", name, "aria-label": label }, option("", label));
  const wished = new URLSearchParams(location.search).get(name) ?? "";
  if (wished) select.append(option(wished, "…", true));
  read().then((options) => {
    const chosen = select.value;
    select.replaceChildren(option("", label), ...options.map(([value, word]) => option(value, word)));
    select.value = chosen;
  }).catch(() => undefined); // the list works without this filter
  return select;
}

export const queueOptions = async (): Promise<[string, string][]> =>
  (await get<Page<QueueRow>>("/queues")).items.map((row) => [row.name, titled(row)]);
export const agentOptions = async (): Promise<[string, string][]> =>
  (await get<Page<AgentRow>>("/agents")).items.map((row) => [row.agent_id, row.name]);
export const dispositionOptions = async (): Promise<[string, string][]> =>
  (await get<Page<Choice>>("/dispositions")).items.map((row) => [row.code, labelled(row)]);
