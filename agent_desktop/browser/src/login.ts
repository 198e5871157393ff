// Signs in: name and password for a session, then to the page that was wanted.

import { find } from "./page/dom";
import { startTheme } from "./page/theme";
import { ApiProblem, post } from "./wire/api";
import type { User } from "./wire/shapes";
import { t } from "./words/i18n";

const form = find<HTMLFormElement>("#login-form");
const told = find("#login-told");

async function signIn(): Promise<void> {
  const fields = new FormData(form);
  const submit = find<HTMLButtonElement>("button[type=submit]", form);
  submit.disabled = true;
  told.textContent = "";
  try {
    await post<{ user: User }>("/session", {
      username: fields.get("username"), password: fields.get("password") });
    location.assign(wanted());
  } catch (error) {
    told.textContent = error instanceof ApiProblem ? error.message : t("This did not work.");
    submit.disabled = false;
    find<HTMLInputElement>("#password").select();
  }
}

/** The page asked for before, if it is one of ours. */
function wanted(): string {
  const next = new URLSearchParams(location.search).get("next") ?? "/";
  return next.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/";
}

startTheme();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void signIn();
});
for (const account of document.querySelectorAll<HTMLButtonElement>("[data-account]")) {
  account.addEventListener("click", () => {
    find<HTMLInputElement>("#username").value = account.dataset["account"] ?? "";
    find<HTMLInputElement>("#password").focus();
  });
}
document.body.dataset["started"] = "yes";
