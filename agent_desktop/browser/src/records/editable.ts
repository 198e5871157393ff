// A text that becomes a field when touched: Enter keeps, Esc leaves it as it was.

import { fill, h, icon } from "../page/dom";
import { tellFailure } from "../page/toast";
import { t } from "../words/i18n";

export interface Editable {
  value: string;
  label: string;
  none?: string;
  long?: boolean;
  save: (value: string) => Promise<unknown>;
}

export function editable(how: Editable): HTMLElement {
  const place = h("span", { class: `editable ${how.long ? "is-long" : ""}` });
  let value = how.value;
  const show = (focus: boolean) => {
    const button = h("button", { type: "button", class: "editable-text", title: t("Change"),
      "aria-label": t("{label}: {value}. Change", { label: how.label, value: value || how.none || "–" }) },
      h("span", { class: value ? "" : "muted" }, value || how.none || "–"), icon("pencil"));
    button.addEventListener("click", edit);
    fill(place, button);
    if (focus) button.focus();
  };
  const edit = () => {
    const input = how.long
      ? h("textarea", { class: "form-control", rows: "4", "aria-label": how.label, maxlength: "4000" }, value)
      : h("input", { class: "form-control", "aria-label": how.label, value, maxlength: "200" });
    fill(place, input);
    input.focus();
    input.select();
    let done = false;
    const leave = async (keep: boolean, focus: boolean) => {
      if (done) return;
      done = true;
      const next = input.value.trim();
      if (keep && next !== value) {
        try {
          await how.save(next);
          value = next;
        } catch (error) {
          tellFailure(error);
          done = false;
          return input.focus();
        }
      }
      show(focus);
    };
    input.addEventListener("keydown", (event: Event) => {
      const { key, shiftKey, isComposing } = event as KeyboardEvent;
      if (isComposing) return;
      if (key === "Escape") void leave(false, true);
      else if (key === "Enter" && (!how.long || !shiftKey)) {
        event.preventDefault();
        void leave(true, true);
      }
    });
    input.addEventListener("blur", () => void leave(true, false));
  };
  show(false);
  return place;
}
