// Short news in the lower right corner, away from the phone.

import { ApiProblem } from "../wire/api";
import { t } from "../words/i18n";
import { find, h, icon } from "./dom";

export type Level = "info" | "done" | "warning" | "error";
const ICONS: Record<Level, string> = {
  info: "info-circle", done: "circle-check", warning: "alert-triangle", error: "alert-circle",
};

export function toast(words: string, level: Level = "info"): void {
  const place = find("#toasts");
  const close = h("button", { type: "button", class: "toast-close", "aria-label": t("Close") },
    icon("x"));
  const box = h("div", { class: `toast-box is-${level}` }, icon(ICONS[level]), h("p", {}, words), close);
  const leave = () => box.remove();
  close.addEventListener("click", leave);
  place.appendChild(box);
  while (place.children.length > 3) place.firstElementChild?.remove();
  if (level !== "error") window.setTimeout(leave, level === "warning" ? 9000 : 5000);
}

/** Say what failed; returns for use as `.catch(tellFailure)`. */
export function tellFailure(error: unknown): void {
  if (!(error instanceof ApiProblem)) console.error(error);
  if (error instanceof ApiProblem && error.code === "not_signed_in") return;
  toast(error instanceof ApiProblem ? error.message : t("This did not work."), "error");
}
