// A prompt as words in each language, heard at once.

import { fill, h } from "../page/dom";
import { listenButton } from "../page/listen";
import { option } from "../page/parts";
import { soundPath } from "../prompts/wire";
import { sound, soundAt } from "../wire/api";
import { t } from "../words/i18n";
import type { FlowDocument, Part } from "./document";

/** Prompts people brought, as the editor offers them: how a flow names each, and its title. */
export type Recordings = [sound: string, title: string][];

export function promptEditor(
  flow: FlowDocument, name: string, recordings: Recordings, changed: () => void,
): HTMLElement {
  const place = h("div", { class: "flow-prompt" });
  const words = wordsOf(flow, name);
  const draw = () => {
    const parts = flow.prompts[name] ?? [];
    fill(place, whatIsHeard(flow, name, recordings, words, () => {
      changed();
      draw();
    }), parts.map((part) => part.text
      ? (part.language ? [part.language] : flow.languages).map((language) => wordsRow(part, language, changed)) : soundRow(part, recordings)));
  };
  draw();
  return place;
}

const spoken = new WeakMap<FlowDocument, Map<string, Part[]>>(); // kept while a recording is tried

/** The words a prompt had before a recording took their place, else empty ones to be written. */
function wordsOf(flow: FlowDocument, name: string): Part[] {
  const known = spoken.get(flow) ?? new Map<string, Part[]>();
  spoken.set(flow, known);
  const parts = flow.prompts[name] ?? [];
  if (!parts.some((part) => part.sound)) known.set(name, parts);
  return known.get(name) ?? [{ text: Object.fromEntries(flow.languages.map((one) => [one, ""])) }];
}

/** Words that are spoken, or one recording in their place; nothing to choose where values are said. */
function whatIsHeard(
  flow: FlowDocument, name: string, recordings: Recordings, words: Part[], changed: () => void,
): HTMLElement | null {
  const parts = flow.prompts[name] ?? [];
  const now = parts.length === 1 ? parts[0]?.sound ?? "" : "";
  if (parts.some((part) => part.value) || !(recordings.length || now)) return null;
  const select = h("select", { class: "form-select", "aria-label": t("What is heard") },
    option("", t("words, spoken by the computer"), !now),
    now && !recordings.some(([sound]) => sound === now) && option(now, `♪ ${now}`, true),
    recordings.map(([sound, title]) => option(sound, `♪ ${title}`, sound === now)));
  select.addEventListener("change", () => {
    flow.prompts[name] = select.value ? [{ sound: select.value }] : words;
    changed();
  });
  return select;
}

function soundRow(part: Part, recordings: Recordings): HTMLElement {
  if (part.value) return h("p", { class: "muted mono" }, `⟨${part.value}⟩`);
  const found = recordings.find(([sound]) => sound === part.sound);
  if (!found) return h("p", { class: "muted mono" }, `♪ ${part.sound ?? ""}`);
  const title = found[1];
  return h("p", { class: "with-face" },
    listenButton(t("Hear {title}", { title }), () => soundAt(soundPath(found[0].replace("own/", "")))), title);
}

function wordsRow(part: Part, language: string, changed: () => void): HTMLElement {
  const words = h("textarea", { class: "form-control", rows: "2", maxlength: "1000",
    "aria-label": t("Words in {language}", { language: languageWord(language) }) });
  words.value = part.text?.[language] ?? "";
  words.addEventListener("change", () => {
    part.text = { ...part.text, [language]: words.value.trim() };
    changed();
  });
  return h("div", { class: "flow-words" }, h("span", { class: "muted" }, languageWord(language)), words,
    listenButton(t("Hear it"), () => sound("/flows/speak", { text: words.value.trim() || "-", language })));
}

export function languageWord(language: string): string {
  return { zh: "中文", en: "English", yue: "粵語" }[language] ?? language;
}
