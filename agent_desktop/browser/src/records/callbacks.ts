// Callbacks that are owed: who keeps his place and waits to be called; on the desk and the board.

import { confirmAct } from "../page/dialog";
import { h, icon } from "../page/dom";
import { chip, iconButton } from "../page/parts";
import { tellFailure } from "../page/toast";
import { api, get, query } from "../wire/api";
import { since } from "../wire/clock";
import type { CallbackItem } from "../wire/shapes";
import { phone, when } from "../words/format";
import { t } from "../words/i18n";
import { stateWord } from "../words/trade";

export function owedCallbacks(queue = "", stop?: AbortSignal): Promise<{ items: CallbackItem[] }> {
  return get<{ items: CallbackItem[] }>(`/callbacks${query({ owed: "true", queue })}`, stop);
}

/** The list, oldest place first; `cancel` is given to those who may take a promise back. */
export function callbackList(items: CallbackItem[], cancel?: (item: CallbackItem) => void): HTMLElement {
  const ordered = [...items].sort((a, b) => a.waits_since.localeCompare(b.waits_since));
  return h("ul", { class: "drawer-list callback-list" }, ordered.map((item) => h("li", {},
    icon("phone-outgoing"),
    h("span", { class: "agent-name", title: phone(item.number) }, item.caller_name || phone(item.number)),
    stateOf(item), since(item.waits_since),
    cancel && item.state === "waiting" && iconButton(
      t("Cancel the callback to {who}", { who: item.caller_name || phone(item.number) }), "x",
      () => cancel(item), { class: "btn-ghost", "data-key": `cancel-${item.callback_id}` }))));
}

export async function cancelCallback(item: CallbackItem): Promise<boolean> {
  const who = item.caller_name || phone(item.number);
  const sure = await confirmAct(t("Cancel the callback to {who}? The customer is not told.", { who }),
    t("Cancel the callback"));
  if (!sure) return false;
  try {
    await api("DELETE", `/callbacks/${item.callback_id}`);
    return true;
  } catch (error) {
    tellFailure(error);
    return false;
  }
}

function stateOf(item: CallbackItem): HTMLElement {
  switch (item.state) {
    case "reserved": case "dialling": return chip("offered", "phone-outgoing", t("being called"));
    case "talking": return chip("talking", "phone", stateWord("talking"));
    default:
      return item.not_before && Date.parse(item.not_before) > Date.now()
        ? chip("not_ready", "clock", t("again at {time}", { time: when(item.not_before) }))
        : chip("waiting", "clock", t("keeps the place"));
  }
}
