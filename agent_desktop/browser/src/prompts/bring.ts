// The dialog that puts a recording or a file in force under a name.

import { openDialog } from "../page/dialog";
import { h } from "../page/dom";
import { field, submitButton } from "../page/parts";
import { toast } from "../page/toast";
import { ApiProblem, query, upload } from "../wire/api";
import { t } from "../words/i18n";
import { SoundSource } from "./source";
import type { Prompt } from "./wire";

/** Bring a new prompt, or a new version of `shown`; `done` when it is in force. */
export function openBring(shown: Prompt | null, done: (made: Prompt) => void): void {
  const name = h("input", { class: "form-control mono", required: true, maxlength: "40", pattern: "[a-z0-9][a-z0-9\\-]{0,39}",
    placeholder: "spring-festival", value: shown?.name ?? "", disabled: shown !== null, autocomplete: "off" });
  const title = h("input", { class: "form-control", required: true, maxlength: "80", value: shown?.title ?? "" });
  const note = h("input", { class: "form-control", maxlength: "200" });
  const save = submitButton(t("Put in force"), "check", { class: "btn-primary", disabled: true });
  const source = new SoundSource(() => { save.disabled = source.sound === null; });
  const form = h("form", { class: "stack" }, field(t("Title"), title),
    field(t("Name"), name, shown ? null : t("small letters, digits and -; flows and queues play it by this name")),
    source.place, field(t("What is new"), note), h("div", { class: "row-end" }, save));
  const dialog = openDialog(shown ? t("New version of {title}", { title: shown.title }) : t("New prompt"), "", form);
  dialog.element.addEventListener("close", () => source.leave());
  title.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!source.sound) return;
    save.disabled = true;
    const told = query({ title: title.value.trim(), note: note.value.trim(), source: source.kind,
      expected_version: shown?.version ?? 0 });
    upload<Prompt>(`/prompts/${encodeURIComponent(name.value.trim())}/versions${told}`, source.sound)
      .then((made) => {
        dialog.close();
        toast(t("Callers hear {title} from now on.", { title: made.title }), "done");
        done(made);
      })
      .catch((error: unknown) => {
        save.disabled = false;
        source.tell(error instanceof ApiProblem ? error.message : t("This did not work."));
      });
  });
}
