// The head of the pages about what callers hear: flows, and prompts people brought.

import { type Child, h, icon } from "../page/dom";
import { may } from "../wire/rights";
import type { Me } from "../wire/shapes";
import { t } from "../words/i18n";

export function flowTabs(here: "flows" | "prompts", me: Me, ...acts: Child[]): HTMLElement {
  const tabs: [string, string, string, string][] = [
    ["flows", t("Flows"), "git-branch", "flow.read"], ["prompts", t("Prompts"), "microphone", "prompt.read"]];
  return h("div", { class: "page-head" }, h("h1", {}, here === "flows" ? t("Flows") : t("Prompts")),
    h("nav", { class: "tabs", "aria-label": t("What callers hear") },
      tabs.filter(([, , , right]) => may(me, right)).map(([path, words, name]) =>
        h("a", { href: `/${path}`, class: "tab", "aria-current": path === here ? "page" : null }, icon(name), words))),
    h("span", { class: "push settings-acts" }, acts));
}
