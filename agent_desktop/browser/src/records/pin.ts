// The PIN by which a customer logs in on the telephone: set, unlocked, taken away; never shown.

import { confirmAct, openDialog } from "../page/dialog";
import { h, icon } from "../page/dom";
import { button, chip, field, submitButton } from "../page/parts";
import { Region } from "../page/region";
import { tellFailure, toast } from "../page/toast";
import { ApiProblem, api, get, post, put } from "../wire/api";
import { exactly, when } from "../words/format";
import { t } from "../words/i18n";
import { panel } from "./head";

interface Pin {
  is_set: boolean;
  customer_number: string;
  changed_at: string | null;
  failures: number;
  locked_until: string | null;
}

export function pinPanel(contactId: string, signal: AbortSignal): HTMLElement {
  const path = `/customers/${contactId}/pin`;
  const place = h("div", {});
  const region: Region<Pin> = new Region(place, {
    load: (stop) => get<Pin>(path, stop), rows: 2, show: (pin) => state(pin, path, () => void region.load(true)),
  }, signal);
  void region.load();
  return panel(t("Self-service by telephone"), "dialpad", place);
}

function state(pin: Pin, path: string, again: () => void): HTMLElement {
  if (!pin.is_set) {
    return h("div", { class: "stack" }, h("p", { class: "muted" }, t("No PIN yet: this customer cannot ask for orders or charges by keys.")),
      button(t("Set a PIN"), "key", () => openPin(pin, path, again), { class: "btn-small" }));
  }
  const unlock = () => {
    post(`${path}/unlock`, {}).then(() => {
      toast(t("The customer may try again at once."), "done");
      again();
    }).catch(tellFailure);
  };
  return h("div", { class: "stack" },
    h("dl", { class: "pairs" }, h("dt", {}, t("Customer number")), h("dd", { class: "figures" }, pin.customer_number),
      h("dt", {}, t("PIN")), h("dd", {}, h("span", { title: exactly(pin.changed_at) }, t("set {time}", { time: when(pin.changed_at) }))),
      h("dt", {}, t("State")), h("dd", {}, stateChip(pin))),
    h("span", { class: "plan-acts" }, pin.locked_until && button(t("Unlock"), "lock-open", unlock, { class: "btn-small btn-primary" }),
      button(t("New PIN"), "key", () => openPin(pin, path, again), { class: "btn-small" }),
      button(t("Take away"), "trash", () => void takeAway(path, again), { class: "btn-small btn-ghost" })));
}

function stateChip(pin: Pin): HTMLElement {
  if (pin.locked_until) return chip("alarm", "lock", t("locked until {time}", { time: when(pin.locked_until) }));
  return pin.failures ? chip("holding", "alert-triangle", t("wrong {n} times in a row", { n: pin.failures }))
    : chip("ready", "circle-check", t("works"));
}

async function takeAway(path: string, again: () => void): Promise<void> {
  if (!await confirmAct(t("Take the PIN away? The customer can log in no more."), t("Take away"))) return;
  api("DELETE", path).then(again).catch(tellFailure);
}

function openPin(pin: Pin, path: string, again: () => void): void {
  const digits = { inputmode: "numeric", autocomplete: "off", required: true, class: "form-control figures" };
  const number = h("input", { ...digits, maxlength: "20", pattern: "[0-9]{1,20}", value: pin.customer_number });
  const code = h("input", { ...digits, type: "password", autocomplete: "new-password", maxlength: "12", pattern: "[0-9]{4,12}" });
  const told = h("p", { class: "told", role: "alert", hidden: true });
  const save = submitButton(t("Set the PIN"), "key", { class: "btn-primary" });
  const makeUp = button(t("Make one up"), "refresh", () => {
    code.type = "text";
    code.value = madeUp();
  }, { class: "btn-small" });
  const form = h("form", { class: "stack" },
    field(t("Customer number"), number, t("digits; the customer enters them before the PIN")),
    field(t("New PIN"), code, t("4 to 12 digits. Nobody can read it again: tell it to the customer now.")), makeUp, told,
    h("div", { class: "row-end" }, save));
  const dialog = openDialog(t("Set a PIN"), "dialog-small", form);
  (pin.customer_number ? code : number).focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save.disabled = true;
    put(path, { customer_number: number.value, pin: code.value }).then(() => {
      dialog.close();
      toast(t("The PIN is set."), "done");
      again();
    }).catch((error: unknown) => {
      save.disabled = false;
      told.hidden = false;
      told.replaceChildren(icon("alert-circle"), error instanceof ApiProblem ? error.message : t("This did not work."));
    });
  });
}

/** Six digits that nobody can guess. */
function madeUp(): string {
  return [...crypto.getRandomValues(new Uint32Array(6))].map((one) => one % 10).join("");
}
