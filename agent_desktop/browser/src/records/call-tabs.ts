// The head of the pages about calls: those that were, and the messages callers left.

import { type Child, h, icon } from "../page/dom";
import { t } from "../words/i18n";

export function callTabs(here: "calls" | "messages", title: string, ...more: Child[]): HTMLElement {
  const tabs: [string, string, string][] = [["calls", t("Calls"), "phone"], ["messages", t("Voice messages"), "inbox"]];
  return h("div", { class: "page-head" }, h("h1", {}, title),
    h("nav", { class: "tabs", "aria-label": t("Calls and messages") }, tabs.map(([path, words, name]) =>
      h("a", { href: `/${path}`, class: "tab", "aria-current": path === here ? "page" : null }, icon(name), words))), more);
}
