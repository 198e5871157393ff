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
  return new EditablePlace(how).place;
}

class EditablePlace {
  readonly place: HTMLElement;
  private value: string;
  private editing = false;

  constructor(private readonly how: Editable) {
    this.place = h("span", { class: `editable ${how.long ? "is-long" : ""}` });
    this.value = how.value;
    this.show(false);
  }

  private show(focus: boolean): void {
    const { label, none = "–" } = this.how;
    const shown = this.value || none;
    const button = h("button", { type: "button", class: "editable-text", title: t("Change"),
      "aria-label": t("{label}: {value}. Change", { label, value: shown }),
      on: { click: () => this.edit() } },
    h("span", { class: this.value ? "" : "muted" }, shown), icon("pencil"));
    fill(this.place, button);
    if (focus) button.focus();
  }

  private edit(): void {
    const { label, long } = this.how;
    const input = long
      ? h("textarea", { class: "form-control", rows: "4", "aria-label": label, maxlength: "4000" }, this.value)
      : h("input", { class: "form-control", "aria-label": label, value: this.value, maxlength: "200" });
    this.editing = true;
    fill(this.place, input);
    input.focus();
    input.select();
    input.addEventListener("keydown", (event) => this.onKey(event as KeyboardEvent, input));
    input.addEventListener("blur", () => void this.leave(input, true, false));
  }

  private onKey(event: KeyboardEvent, input: HTMLInputElement | HTMLTextAreaElement): void {
    if (event.isComposing) return;
    if (event.key === "Escape") void this.leave(input, false, true);
    else if (event.key === "Enter" && (!this.how.long || !event.shiftKey)) {
      event.preventDefault();
      void this.leave(input, true, true);
    }
  }

  private async leave(
    input: HTMLInputElement | HTMLTextAreaElement, keep: boolean, focus: boolean,
  ): Promise<void> {
    if (!this.editing) return;
    this.editing = false;
    const next = input.value.trim();
    if (keep && next !== this.value) {
      try {
        await this.how.save(next);
        this.value = next;
      } catch (error) {
        tellFailure(error);
        this.editing = true;
        return input.focus();
      }
    }
    this.show(focus);
  }
}
