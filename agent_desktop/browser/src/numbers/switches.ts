// The emergency closing of a number: one click and a word why.

import { confirmAct, openDialog } from "../page/dialog";
import { h } from "../page/dom";
import { button, field } from "../page/parts";
import { tellFailure, toast } from "../page/toast";
import { post } from "../wire/api";
import { phone } from "../words/format";
import { t } from "../words/i18n";
import type { NumberItem } from "./shapes";

interface Switched {
  applied: boolean;
}

/** Close the number, or open it again when it is closed; `done` when it is. */
export async function switchClosing(one: NumberItem, done: () => void): Promise<void> {
  const path = `/numbers/${encodeURIComponent(one.number)}`;
  if (!one.closing) return askClosing(one, path, done);
  if (!await confirmAct(t("Open {number} again?", { number: phone(one.number) }), t("Open again"))) return;
  await send(`${path}/open`, {}, t("{number} is open again.", { number: phone(one.number) }), done);
}

function askClosing(one: NumberItem, path: string, done: () => void): void {
  const note = h("input", { class: "form-control", maxlength: "200", placeholder: t("fire alarm, network down…") });
  const dialog = openDialog(t("Close {number} now?", { number: phone(one.number) }), "dialog-small",
    h("p", {}, t("Every new call goes to the plan's closed destination until you open the number again. Calls that wait or talk go on.")),
    field(t("Why"), note));
  const close = () => {
    dialog.close();
    void send(`${path}/close`, { note: note.value.trim() }, t("{number} is closed.", { number: phone(one.number) }), done);
  };
  dialog.body.append(h("div", { class: "row-end plan-gap" },
    button(t("Close now"), "lock", close, { class: "btn-danger" }),
    button(t("Cancel"), null, () => dialog.close())));
  note.focus();
  note.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // the focus goes back to the button, which would take the same key
    close();
  });
}

async function send(path: string, body: unknown, words: string, done: () => void): Promise<void> {
  try {
    const told = await post<Switched>(path, body);
    toast(told.applied ? words : t("It is kept; the engine is away and takes it when it is back."), told.applied ? "done" : "warning");
    done();
  } catch (error) {
    tellFailure(error);
  }
}
