// What if: a recorded day played again as the queues are set, and as they might be.

import { fill, h, icon } from "../page/dom";
import type { Mount, PageContext } from "../page/mount";
import { empty, field, option, submitButton } from "../page/parts";
import { strategies } from "../settings/words";
import { api, ApiProblem } from "../wire/api";
import { count, isoDay, percent } from "../words/format";
import { t } from "../words/i18n";
import { queueOptions, readField } from "./filters";
import { backLink, pageHead } from "./head";

interface Day {
  offered: number;
  answered: number;
  abandoned: number;
  overflowed: number;
  service_level: number | null;
  average_wait: number | null;
  longest_wait: number;
  occupancy: number | null;
  fairness: number | null;
}

interface Played {
  recorded: Day;
  before: Day;
  after: Day;
  notes: string[];
}

type Value = number | null;
type Line = [name: string, read: (day: Day) => Value, write: (value: Value) => string, better: -1 | 0 | 1];

const seconds = (value: Value) => (value === null ? "–" : `${value.toFixed(1)} s`);
const whole = (value: Value) => (value === null ? "–" : count(value));
const plain = (value: Value) => (value === null ? "–" : value.toFixed(3));
const LIMIT = 120; // seconds the server may compute, at most

const lines = (): Line[] => [
  [t("Calls"), (day) => day.offered, whole, 0],
  [t("Answered"), (day) => day.answered, whole, 1],
  [t("Gave up"), (day) => day.abandoned, whole, -1],
  [t("Overflowed"), (day) => day.overflowed, whole, -1],
  [t("Service level"), (day) => day.service_level, percent, 1],
  [t("Average answer"), (day) => day.average_wait, seconds, -1],
  [t("Longest wait"), (day) => day.longest_wait, seconds, -1],
  [t("Occupancy"), (day) => day.occupancy, percent, 0],
  [t("Unevenness of work"), (day) => day.fairness, plain, -1],
];

class WhatIf {
  private readonly form: HTMLFormElement;
  private readonly place = h("div", { class: "report", "aria-live": "polite" });
  private readonly run = submitButton(t("Play the day"), "player-play", { class: "btn-primary" });
  private playing: AbortController | null = null;

  constructor(private readonly page: PageContext) {
    const whose = readField("queue", t("every queue"), queueOptions);
    whose.removeAttribute("aria-label"); // it has a label of its own here
    const yesterday = new Date(Date.now() - 86_400_000);
    this.form = h("form", { class: "panel what-if", on: { submit: (event) => {
      event.preventDefault();
      void this.play();
    } } },
    field(t("Date"), h("input", { class: "form-control", type: "date", name: "day", required: true, value: isoDay(yesterday) })),
    field(t("Strategy"), h("select", { class: "form-select", name: "strategy" },
      option("", t("as it is")), strategies().map(([value, word]) => option(value, word)))),
    field(t("Agents more or fewer"), h("input", { class: "form-control", type: "number", name: "agents",
      min: "-500", max: "500", step: "1", value: "0" })),
    field(t("Longest wait in the queue, seconds"), h("input", { class: "form-control", type: "number",
      name: "max_wait", min: "1", step: "1", placeholder: t("as it is") })),
    field(t("Most who wait"), h("input", { class: "form-control", type: "number", name: "max_waiting",
      min: "1", step: "1", placeholder: t("as it is") })),
    field(t("Limits of"), whose), this.run);
    fill(page.root, backLink("/reports", t("Reports")), pageHead(t("What if")), this.form, this.place);
    fill(this.place, empty("chart-bar", t("Nothing was played yet"),
      t("Choose a day and what is to be different: the same callers come again, twice.")));
    page.signal.addEventListener("abort", () => this.playing?.abort());
  }

  private body(): unknown {
    const values = new FormData(this.form);
    const text = (name: string) => String(values.get(name) ?? "");
    const from = new Date(`${text("day")}T00:00:00`);
    const to = new Date(from);
    to.setDate(to.getDate() + 1);
    const limits: Record<string, number> = {};
    if (text("max_wait")) limits["max_wait_seconds"] = Number(text("max_wait"));
    if (text("max_waiting")) limits["max_waiting"] = Number(text("max_waiting"));
    const names = text("queue") ? [text("queue")] : [...this.page.feed.queues.keys()];
    const queues = Object.keys(limits).length ? Object.fromEntries(names.map((name) => [name, { limits }])) : {};
    return { from: from.toISOString(), to: to.toISOString(),
      changes: { strategy: text("strategy") || null, agents: Number(text("agents") || 0), queues } };
  }

  private async play(): Promise<void> {
    this.playing = new AbortController();
    const began = Date.now();
    const clock = h("p", { class: "report-answer" });
    const tell = () => {
      clock.textContent = t("Playing the day twice: {n} s of {most} s at most.",
        { n: Math.round((Date.now() - began) / 1000), most: LIMIT });
    };
    tell();
    const ticking = setInterval(tell, 1000);
    this.run.disabled = true;
    fill(this.place, clock);
    try {
      this.show(await api<Played>("POST", "/what-if", this.body(), this.playing.signal));
    } catch (error) {
      if (!this.playing.signal.aborted) this.fail(error);
    } finally {
      clearInterval(ticking);
      this.run.disabled = false;
    }
  }

  private fail(error: unknown): void {
    const words = error instanceof ApiProblem ? error.message : t("The day could not be played.");
    fill(this.place, empty("alert-triangle", t("The day could not be played."), words));
  }

  private show(played: Played): void {
    const rows = lines().map(([name, read, write, better]) => {
      const [was, is, will] = [played.recorded, played.before, played.after].map(read);
      return h("tr", {}, h("th", { scope: "row" }, name), [was, is, will].map((value) =>
        h("td", { class: "num" }, write(value ?? null))), apart(is ?? null, will ?? null, write, better));
    });
    const heads = [t("Figure"), t("As recorded"), t("Played as it is"), t("Played as changed"), t("Difference")];
    fill(this.place, h("p", { class: "report-answer" }, sentence(played)),
      h("section", { class: "panel" }, h("table", { class: "record-table" },
        h("caption", { class: "visually-hidden" }, t("Figures")),
        h("thead", {}, h("tr", {}, heads.map((head, index) =>
          h("th", { scope: "col", class: index ? "num" : "" }, head)))),
        h("tbody", {}, rows))),
      played.notes.map((note) => h("p", { class: "note" }, icon("info-circle"), noteWords(note))),
      h("p", { class: "note" }, icon("info-circle"), t("The callers, their talks and their patience are the "
        + "recorded ones; phones are answered after 3 seconds. Compare the two played columns with each other.")));
  }
}

function apart(is: Value, will: Value, write: (value: Value) => string, better: -1 | 0 | 1): HTMLElement {
  if (is === null || will === null) return h("td", { class: "num" }, "–");
  const by = will - is;
  const judged = Math.abs(by) < 1e-9 || !better ? "" : by * better > 0 ? "gain" : "loss";
  return h("td", { class: `num ${judged}` }, `${by > 0 ? "+" : by < 0 ? "−" : ""}${write(Math.abs(by))}`);
}

function sentence({ before, after }: Played): string {
  return t("Service level {before} as it is, {after} as changed; {lost} instead of {gave} give up.", {
    before: percent(before.service_level), after: percent(after.service_level),
    lost: count(after.abandoned), gave: count(before.abandoned) });
}

function noteWords(note: string): string {
  switch (note) {
    case "unknown_queues": return t("Some calls came to queues that are not there any more; they are left out.");
    case "unknown_agents": return t("Some agents of that day are not there any more; they are left out.");
    case "no_agents": return t("No states of agents were recorded: nobody answers in the replay.");
    default: return note;
  }
}

export const mount: Mount = (page) => {
  new WhatIf(page);
};
