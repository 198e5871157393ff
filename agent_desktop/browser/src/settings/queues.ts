// The list of queues: what each does at a glance, what is wrong, and one click to close.

import { confirmAct } from "../page/dialog";
import { fill, h, icon } from "../page/dom";
import type { PageContext } from "../page/mount";
import { button, chip, empty, iconButton } from "../page/parts";
import { Region } from "../page/region";
import { tellFailure } from "../page/toast";
import { count, exactly, percent, when } from "../words/format";
import { nt, t, titled } from "../words/i18n";
import { learnTitles } from "../words/titles";
import { mayWrite } from "./editor";
import { byCount, findField } from "./find";
import type { AgentDocument, Configured, Problem, QueueDocument } from "./shapes";
import { settingsHead } from "./tabs";
import { closeQueue, readAll, readProblems, tellSaved } from "./wire";
import { linkWords, problemWords, strategies, weekdays, word } from "./words";

type QueueSet = Configured<QueueDocument>;

interface Found {
  queues: QueueSet[];
  agents: Configured<AgentDocument>[];
  problems: Problem[];
}

export function showQueues(page: PageContext): void {
  const place = h("div", { class: "panel" });
  fill(page.root, settingsHead("queues", mayWrite(page)
    && h("a", { class: "btn btn-primary", href: "/settings/queues/new" }, icon("plus"), t("New queue"))), place);
  const region: Region<Found> = new Region(place, {
    load: async (stop) => {
      const [queues, agents, problems] = await Promise.all([
        readAll("queue", stop), readAll("agent", stop), readProblems(stop)]);
      learnTitles(queues.map((one) => ({ name: one.key, ...one.document })));
      return { queues, agents, problems };
    },
    show: (found) => table(found, page, () => void region.load(true)), rows: 5,
  }, page.signal);
  void region.load();
}

function table(found: Found, page: PageContext, again: () => void): HTMLElement {
  const live = found.queues.filter((one) => !one.archived).sort((a, b) => byCount(a.key, b.key));
  const old = found.queues.filter((one) => one.archived);
  if (!live.length && !old.length) {
    return empty("inbox", t("No queue yet"), t("A queue needs a name and at least one agent. Make the agents first."),
      mayWrite(page) && h("a", { class: "btn", href: "/settings/queues/new" }, icon("plus"), t("New queue")));
  }
  const columns = [t("Queue"), t("Takes calls"), t("Who is asked first"), t("Hours"), t("Overflow"), t("Goal"),
    t("Last changed"), ""];
  const rows = live.map((one) => row(one, found, page, again));
  return h("div", {}, findField(t("Find a queue"), rows), h("table", { class: "record-table settings-table" },
    h("caption", { class: "visually-hidden" }, t("Queues")),
    h("thead", {}, h("tr", {}, columns.map((one) => h("th", { scope: "col" }, one || h("span", {
      class: "visually-hidden" }, t("Close at once"))))),
    ), h("tbody", {}, rows)),
  old.length > 0 && h("details", { class: "out-of-use" }, h("summary", {}, nt("{n} queue out of use", "{n} queues out of use", old.length)),
    h("ul", {}, old.map((one) => h("li", {}, h("a", { href: link(one) }, titled(one.document)))))));
}

const link = (queue: QueueSet) => `/settings/queues/${encodeURIComponent(queue.key)}`;

function row(queue: QueueSet, found: Found, page: PageContext, again: () => void): HTMLElement {
  const { document: one } = queue;
  const agents = found.agents.filter((agent) => !agent.archived
    && agent.document.seats.some((seat) => seat.queue === queue.key));
  const wrong = found.problems.filter((problem) => problem.kind === "queue" && problem.key === queue.key);
  return h("tr", { data: { key: queue.key } },
    h("td", { class: "main" }, h("div", { class: "two-lines" },
      h("a", { href: link(queue), title: titled(one) }, titled(one)), h("span", { class: "muted mono" }, queue.key)),
      wrong.map((problem) => h("p", { class: `told is-${problem.severity}` },
        icon(problem.severity === "error" ? "alert-circle" : "alert-triangle"), problemWords(problem)))),
    h("td", {}, nt("{n} agent", "{n} agents", agents.length)),
    h("td", {}, h("div", { class: "two-lines" }, h("span", {}, word(strategies(), one.strategy)),
      one.steps.length > 0 && h("span", { class: "muted" }, nt("{n} step", "{n} steps", one.steps.length)))),
    h("td", {}, one.hours.closed_now ? chip("alarm", "lock", t("closed by hand")) : hoursWords(one)),
    h("td", { class: "short", title: one.overflow.map(linkWords).join("\n") }, one.overflow.length
      ? one.overflow.map((way) => h("div", { class: "overflow-line" }, linkWords(way))) : h("span", { class: "muted" }, t("none"))),
    h("td", { class: "num" }, t("{share} in {n} s", { share: percent(one.target_share), n: count(one.target_seconds) })),
    h("td", {}, queue.changed_at ? h("div", { class: "two-lines" }, h("span", {}, queue.changed_by_name || t("the system")),
      h("time", { class: "muted", datetime: queue.changed_at, title: exactly(queue.changed_at) }, when(queue.changed_at)))
      : h("span", { class: "muted" }, "–")),
    h("td", {}, mayWrite(page) && closeButton(queue, again)));
}

function closeButton(queue: QueueSet, again: () => void): HTMLElement {
  const closed = queue.document.hours.closed_now;
  const name = titled(queue.document);
  const flip = async () => {
    if (!closed && !await confirmAct(t("Close {name} at once? Waiting callers go to its overflow.", { name }), t("Close now"))) return;
    closeQueue(queue.key, !closed).then(tellSaved).then(again).catch(tellFailure);
  };
  return closed ? button(t("Open again"), "lock-open", () => void flip(), { class: "btn-small" })
    : iconButton(t("Close {name} at once", { name }), "lock", () => void flip(), { class: "btn-ghost" });
}

/** Mon–Fri 09:00–18:00, in as few words as it takes. */
export function hoursWords({ hours }: QueueDocument): string {
  const whole = (day: number) => hours.periods.some((one) => one.weekday === day
    && one.since.startsWith("00:00") && one.until.startsWith("00:00"));
  if (!hours.periods.length || [0, 1, 2, 3, 4, 5, 6].every(whole)) return t("around the clock");
  const days = weekdays();
  const spans = new Map<string, number[]>();
  for (const one of [...hours.periods].sort((a, b) => a.weekday - b.weekday)) {
    const span = `${one.since.slice(0, 5)}–${one.until.startsWith("00:00") ? "24:00" : one.until.slice(0, 5)}`;
    spans.set(span, [...spans.get(span) ?? [], one.weekday]);
  }
  return [...spans].map(([span, which]) => {
    const first = which[0] ?? 0;
    const run = which.length > 2 && which.every((day, at) => day === first + at);
    const shown = run ? `${days[first]}–${days[which[which.length - 1] ?? 0]}` : which.map((day) => days[day]).join(" ");
    return `${shown} ${span}`;
  }).join(", ");
}
