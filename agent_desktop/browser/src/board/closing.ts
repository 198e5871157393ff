// What a lead may do with a queue from the board: close it at once, open it again, set it.

import { confirmAct } from "../page/dialog";
import { h, icon } from "../page/dom";
import { button } from "../page/parts";
import { tellFailure } from "../page/toast";
import { closeQueue, readOne, tellSaved } from "../settings/wire";
import type { QueueRow } from "../wire/shapes";
import { t, titled } from "../words/i18n";

export function queueActs(queue: QueueRow): HTMLElement {
  return h("div", { class: "drawer-acts" },
    queue.is_open ? button(t("Close now"), "lock", () => void close(queue), { class: "btn-small" })
      : button(t("Open again"), "lock-open", () => void open(queue), { class: "btn-small" }),
    h("a", { class: "btn btn-small btn-ghost", href: `/settings/queues/${encodeURIComponent(queue.name)}` },
      icon("settings"), t("Settings")));
}

async function close(queue: QueueRow): Promise<void> {
  const question = t("Close {name} at once? Waiting callers go to its overflow.", { name: titled(queue) });
  if (await confirmAct(question, t("Close now"))) closeQueue(queue.name, true).then(tellSaved).catch(tellFailure);
}

/** Only what was closed by hand opens by hand; the hours are a matter of the settings. */
async function open(queue: QueueRow): Promise<void> {
  try {
    const { document: set } = await readOne("queue", queue.name);
    if (set.hours.closed_now) tellSaved(await closeQueue(queue.name, false));
    else {
      const detail = `/settings/queues/${encodeURIComponent(queue.name)}`;
      document.dispatchEvent(new CustomEvent("callcenter:go", { detail }));
    }
  } catch (error) {
    tellFailure(error);
  }
}
