// The calls, newest first, by any filter.

import { fill, h, icon } from "../page/dom";
import type { Mount } from "../page/mount";
import { chip, empty } from "../page/parts";
import type { CallItem } from "../wire/shapes";
import { durationOr, exactly, phone, when } from "../words/format";
import { t } from "../words/i18n";
import { directionIcon, directionWord, outcomeState, outcomeWord } from "../words/trade";
import { callTabs } from "./call-tabs";
import {
  agentOptions, choiceField, dayField, dispositionOptions, filterForm, hidden, queueOptions, readField,
  searchField,
} from "./filters";
import { LateWords } from "./late-words";
import { type Column, RecordList } from "./list";

const OUTCOMES = ["answered", "abandoned_in_queue", "abandoned_in_menu", "ended_in_menu", "overflowed", "no_answer",
  "busy", "failed", "lost_to_restart"];

export const mount: Mount = ({ root, me, signal }) => {
  const lead = me.user.roles.some((role) => role === "supervisor" || role === "admin");
  const filters = filterForm(searchField("number", t("Number")), hidden("contact_id"), dayField("from", t("From")),
    dayField("to", t("To")), readField("queue", t("Any queue"), queueOptions),
    lead && readField("agent_id", t("Any agent"), agentOptions),
    choiceField("outcome", t("Any outcome"), OUTCOMES.map((one) => [one, outcomeWord(one)])),
    readField("disposition", t("Any result"), dispositionOptions));
  const place = h("div", { class: "panel" });
  fill(root, callTabs("calls", lead ? t("Calls") : t("My calls")), filters, place);
  const queues = new LateWords(queueOptions());
  const results = new LateWords(dispositionOptions());
  new RecordList<CallItem>(place, {
    path: "/calls", caption: t("Calls"), filters, columns: columns(queues, results),
    none: () => empty("phone", t("No calls found"), t("Widen the filters, or wait for the first call.")),
  }, signal);
};

function columns(queues: LateWords, results: LateWords): Column<CallItem>[] {
  return [
    { title: t("Began"), cell: (one) => h("a", { href: `/calls/${one.call_id}`, class: "figures",
      title: exactly(one.started_at) }, when(one.started_at, false)) },
    { title: t("Who"), kind: "main", cell: who },
    { title: t("Queue"), kind: "short", cell: (one) => one.queue ? queues.of(one.queue) : "–" },
    { title: t("Agent"), kind: "short", cell: (one) => one.agent_name || "–" },
    { title: t("Waited"), kind: "num", cell: (one) => durationOr(one.waited_seconds) },
    { title: t("Talked"), kind: "num", cell: (one) => durationOr(one.talked_seconds) },
    { title: t("Outcome"), cell: (one) => chip(outcomeState(one.outcome), null, outcomeWord(one.outcome)) },
    { title: t("Result"), kind: "short", cell: (one) => one.disposition ? results.of(one.disposition) : "–" },
  ];
}

function who(one: CallItem): HTMLElement {
  const far = one.direction === "outbound" ? one.dialled_number : one.caller_number;
  const name = one.contact_name || one.caller_name;
  return h("span", { class: "with-face", title: directionWord(one.direction) },
    icon(directionIcon(one.direction)),
    h("span", { class: "two-lines" }, name && (one.contact_id
      ? h("a", { href: `/customers/${one.contact_id}`, title: name }, name) : h("span", {}, name)),
    h("span", { class: name ? "muted figures" : "figures" }, phone(far))));
}
