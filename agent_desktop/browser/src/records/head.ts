// The head of a record page: the answer first, then where one came from.

import { type Child, h, icon } from "../page/dom";

export function pageHead(title: string, ...more: Child[]): HTMLElement {
  return h("div", { class: "page-head" }, h("h1", {}, title), more);
}

export function backLink(path: string, words: string): HTMLElement {
  return h("a", { class: "back-link", href: path }, icon("chevron-left"), words);
}

export function panel(title: string, iconName: string, ...children: Child[]): HTMLElement {
  return h("section", { class: "panel", "aria-label": title },
    h("h2", { class: "column-title" }, icon(iconName), title), children);
}
