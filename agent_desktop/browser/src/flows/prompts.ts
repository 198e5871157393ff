// A prompt as words in each language, heard at once.

import { h } from "../page/dom";
import { iconButton } from "../page/parts";
import { tellFailure } from "../page/toast";
import { sound } from "../wire/api";
import { t } from "../words/i18n";
import type { FlowDocument, Part } from "./document";

export function promptEditor(flow: FlowDocument, name: string, changed: () => void): HTMLElement {
  const parts = flow.prompts[name] ?? [];
  return h("div", { class: "flow-prompt" }, parts.map((part) => part.text
    ? flow.languages.map((language) => wordsRow(part, language, changed))
    : h("p", { class: "muted mono" }, part.value ? `⟨${part.value}⟩` : `♪ ${part.sound ?? ""}`)));
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
    iconButton(t("Hear it"), "player-play", () => void hear(words.value, language), { class: "btn-ghost" }));
}

let playing: HTMLAudioElement | null = null;

async function hear(words: string, language: string): Promise<void> {
  if (!words.trim()) return;
  try {
    playing?.pause();
    const url = URL.createObjectURL(await sound("/flows/speak", { text: words, language }));
    playing = new Audio(url);
    playing.addEventListener("ended", () => URL.revokeObjectURL(url));
    await playing.play();
  } catch (error) {
    tellFailure(error);
  }
}

export function languageWord(language: string): string {
  return { zh: "中文", en: "English", yue: "粵語" }[language] ?? language;
}
