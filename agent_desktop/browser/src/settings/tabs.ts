// The head of the settings' lists: one tab a kind.

import { type Child, h, icon } from "../page/dom";
import { t } from "../words/i18n";

export function settingsHead(here: string, ...acts: Child[]): HTMLElement {
  const tabs: [string, string, string][] = [
    ["queues", t("Queues"), "inbox"], ["agents", t("Agents"), "headset"],
    ["skills", t("Skills"), "table"], ["reasons", t("Not-ready reasons"), "coffee"]];
  return h("div", { class: "page-head" }, h("h1", {}, t("Settings")),
    h("nav", { class: "tabs", "aria-label": t("Settings") }, tabs.map(([path, words, name]) =>
      h("a", { href: `/settings/${path}`, class: "tab", "aria-current": path === here ? "page" : null },
        icon(name), words))),
    h("span", { class: "push settings-acts" }, acts));
}
