// Dialogs over the native element: focus is kept inside and given back; Esc closes.

import { t } from "../words/i18n";
import { type Child, h } from "./dom";
import { button, iconButton } from "./parts";

export interface Dialog {
  element: HTMLDialogElement;
  body: HTMLElement;
  close: () => void;
}

export function openDialog(title: string, kind: string, ...children: Child[]): Dialog {
  const id = `dialog-${Math.random().toString(36).slice(2, 8)}`;
  const body = h("div", { class: "dialog-body" }, children);
  const element = h("dialog", { class: `dialog ${kind}`, "aria-labelledby": id },
    h("div", { class: "dialog-head" }, h("h2", { id }, title),
      iconButton(t("Close"), "x", () => element.close(), { class: "btn-ghost" })),
    body);
  element.addEventListener("close", () => element.remove());
  element.addEventListener("click", (event) => {
    if (event.target === element) element.close();
  });
  document.body.appendChild(element);
  element.showModal();
  return { element, body, close: () => element.close() };
}

/** Ask once before a dangerous act, in words that name the thing. */
export function confirmAct(question: string, act: string): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = false;
    const dialog = openDialog(question, "dialog-small");
    const yes = button(act, null, () => {
      answer = true;
      dialog.close();
    }, { class: "btn-danger" });
    const no = button(t("Cancel"), null, () => dialog.close(), { autofocus: true });
    dialog.body.append(h("div", { class: "row-end" }, no, yes));
    no.focus();
    dialog.element.addEventListener("close", () => resolve(answer));
  });
}
