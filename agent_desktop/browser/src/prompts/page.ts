// Prompts people brought or recorded: heard, replaced, gone back to, and who plays them.

import { confirmAct, openDialog } from "../page/dialog";
import { fill, h, icon } from "../page/dom";
import { listenButton } from "../page/listen";
import { attachMenu } from "../page/menu";
import type { Mount } from "../page/mount";
import { button, chip, empty, iconButton } from "../page/parts";
import { Region } from "../page/region";
import { tellFailure, toast } from "../page/toast";
import { flowTabs } from "../flows/tabs";
import { api, get, post, soundAt } from "../wire/api";
import { may } from "../wire/rights";
import { duration, exactly, when } from "../words/format";
import { t } from "../words/i18n";
import { openBring } from "./bring";
import { type Prompt, type PromptVersion, soundPath } from "./wire";

export const mount: Mount = ({ root, me, signal }) => {
  const mayWrite = may(me, "prompt.write");
  const place = h("div", { class: "panel" });
  const region: Region<{ items: Prompt[] }> = new Region(place, {
    load: (stop) => get("/prompts", stop), rows: 4,
    show: ({ items }) => table(items, mayWrite, () => void region.load(true)),
  }, signal);
  fill(root, flowTabs("prompts", me, mayWrite
    && button(t("New prompt"), "microphone", () => openBring(null, () => void region.load(true)), { class: "btn-primary" })), place);
  void region.load();
};

function table(items: Prompt[], mayWrite: boolean, again: () => void): HTMLElement {
  if (!items.length) {
    return empty("microphone", t("No prompts of your own yet"),
      t("Record one through the microphone, or bring a file. Flows and queues play it by its name; without one the computer speaks."));
  }
  const heads = [t("Prompt"), t("Length"), t("Played by"), t("In force"), t("Since"), ""];
  return h("table", { class: "record-table" }, h("caption", { class: "visually-hidden" }, t("Prompts")),
    h("thead", {}, h("tr", {}, heads.map((head, at) => h("th", { scope: "col", class: at === 0 ? "main" : at === 1 ? "num" : "" },
      head || h("span", { class: "visually-hidden" }, t("Acts")))))),
    h("tbody", {}, items.map((one) => row(one, mayWrite, again))));
}

function row(one: Prompt, mayWrite: boolean, again: () => void): HTMLElement {
  const more = iconButton(t("More about {title}", { title: one.title }), "dots", () => undefined, { class: "btn-ghost" });
  attachMenu(more, () => [
    { label: t("Versions"), icon: "history", run: () => void openVersions(one, mayWrite, again) },
    ...(mayWrite ? [{ label: t("Take out of use"), icon: "archive",
      ...(one.used_by.length ? { disabled: t("still played") } : {}), run: () => void takeOut(one, again) }] : []),
  ]);
  return h("tr", {}, h("td", { class: "main" }, h("span", { class: "with-face" },
    listenButton(t("Hear {title}", { title: one.title }), () => soundAt(soundPath(one.name))),
    h("span", { class: "two-lines" }, h("strong", { title: one.title }, one.title), h("span", { class: "muted mono" }, one.name)))),
  h("td", { class: "num" }, duration(Math.ceil(one.seconds))),
  h("td", { class: "short" }, one.used_by.length ? h("span", { class: "tags" }, one.used_by.map(player)) : h("span", { class: "muted" }, t("nobody yet"))),
  h("td", {}, h("span", { class: "with-face" }, icon(one.source === "microphone" ? "microphone" : "download"),
    t("version {n}", { n: one.version }))),
  h("td", {}, h("span", { class: "two-lines" }, h("time", { datetime: one.at, title: exactly(one.at) }, when(one.at)),
    h("span", { class: "muted" }, one.user_name))),
  h("td", { class: "num" }, h("span", { class: "plan-acts" },
    mayWrite && button(t("New version"), "microphone", () => openBring(one, again), { class: "btn-small",
      "aria-label": t("New version of {title}", { title: one.title }) }), more)));
}

function player(who: string): HTMLElement {
  const [kind = "", name = ""] = who.split(":");
  return kind === "flow"
    ? h("a", { href: `/flows/${name}` }, chip("wrap_up", "git-branch", name))
    : h("a", { href: `/settings/queues/${name}` }, chip("talking", "users", name));
}

async function takeOut(one: Prompt, again: () => void): Promise<void> {
  if (!await confirmAct(t("Take {title} out of use? Its versions stay.", { title: one.title }), t("Take out of use"))) return;
  api("DELETE", `/prompts/${one.name}`).then(again).catch(tellFailure);
}

async function openVersions(one: Prompt, mayWrite: boolean, again: () => void): Promise<void> {
  const list = h("ul", { class: "plan-list" });
  const dialog = openDialog(t("Versions of {title}", { title: one.title }), "", list);
  const back = (version: number) => {
    post(`/prompts/${one.name}/roll-back`, { version }).then(() => {
      dialog.close();
      toast(t("Callers hear version {n} again.", { n: version }), "done");
      again();
    }).catch(tellFailure);
  };
  try {
    const { items } = await get<{ items: PromptVersion[] }>(`/prompts/${one.name}/versions`);
    fill(list, items.map((each) => h("li", {},
      h("span", { class: "two-lines" }, h("strong", {}, each.removed ? t("taken out of use") : t("version {n}", { n: each.version }),
        each.note && ` · ${each.note}`), h("span", { class: "muted" }, `${when(each.at)} · ${each.user_name}`)),
      h("span", { class: "figures muted" }, each.removed ? "" : duration(Math.ceil(each.seconds))),
      h("span", { class: "plan-acts" },
        !each.removed && listenButton(t("Hear version {n}", { n: each.version }), () => soundAt(soundPath(one.name, each.version))),
        mayWrite && !each.removed && each.version !== one.version
          && button(t("Use it again"), "arrow-back-up", () => back(each.version), { class: "btn-small" })))));
  } catch (error) {
    dialog.close();
    tellFailure(error);
  }
}
