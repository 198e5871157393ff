// What the call brought along: the caller's choices in the menu, and the last agent's note.

import { h, icon } from "../page/dom";
import { since } from "../wire/clock";
import { t } from "../words/i18n";
import { phone } from "../words/format";
import type { Current } from "./session";

const NOTES = ["note", "transfer_note"];
const HIDDEN = new Set([...NOTES, "call_id"]);

export function callFacts(now: Current): HTMLElement | null {
  const data = now.pop?.data ?? {};
  const facts = Object.entries(data).filter(([name, value]) => value && !HIDDEN.has(name));
  const note = NOTES.map((name) => data[name]).find(Boolean);
  const waited = now.stage === "offered" ? now.row?.queued_at : null;
  if (!facts.length && !note && !waited && !now.row?.dialled_number) return null;
  return h("section", { class: "facts", "aria-label": t("What the call brought") },
    note && h("p", { class: "facts-note" }, icon("note"),
      h("strong", {}, t("Note handed over:")), " ", note),
    h("dl", { class: "facts-list" },
      now.row?.dialled_number && fact(t("Dialled"), phone(now.row.dialled_number)),
      waited && fact(t("Waiting"), since(waited)),
      facts.map(([name, value]) => fact(factName(name), factValue(name, value)))));
}

function fact(name: string, value: string | Node): HTMLElement {
  return h("div", { class: "fact" }, h("dt", {}, name), h("dd", {}, value));
}

export function factName(name: string): string {
  switch (name) {
    case "language": return t("Language");
    case "pressed": case "choice": case "menu": return t("Pressed");
    case "pin": return t("PIN");
    case "topic": return t("Topic");
    case "did": case "dialled": return t("Dialled");
    case "queue": return t("Queue");
    case "transferred_by": case "by": return t("From");
    default: return name.replaceAll("_", " ");
  }
}

export function factValue(name: string, value: string): string {
  if (name === "topic") return topicWord(value);
  if (name !== "language") return value;
  return { zh: "中文", zh_CN: "中文", cn: "中文", en: "English" }[value] ?? value;
}

function topicWord(value: string): string {
  switch (value) {
    case "service": return t("service");
    case "sales": return t("sales");
    case "operator": return t("operator");
    default: return value;
  }
}
