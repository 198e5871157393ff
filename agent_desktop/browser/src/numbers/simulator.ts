// Where would this caller go at that time: the destination, and every test on the way.

import { fill, h, icon } from "../page/dom";
import { option, submitButton } from "../page/parts";
import { ApiProblem, post } from "../wire/api";
import { t } from "../words/i18n";
import { choose, type } from "./fields";
import type { Destination, Plan, Tested } from "./shapes";
import { seenWords } from "./seen";
import { aboutWords, conditionWords, options, targetIcon, targetWords, whyWords } from "./words";

export class Simulator {
  readonly place: HTMLElement;
  private readonly result = h("div", { class: "simulated", "aria-live": "polite" });
  private readonly asked: Record<string, unknown> = { last_minute: 1 };
  private caller = "13800138000";
  private at = "";
  private turn = 0;

  constructor(private readonly number: string, private readonly plan: () => Plan | null) {
    const queue = h("select", { class: "form-select", "aria-label": t("Assume of the queue") },
      option("", t("queues as they are now")), options("queues").map(([name, words]) => option(name, words)));
    const load = (name: string) => h("input", { class: "form-control figures", type: "number", min: "0", value: "0",
      "aria-label": name === "waiting" ? t("callers waiting") : t("agents ready"), name });
    const waiting = load("waiting");
    const ready = load("ready");
    const assume = () => {
      if (queue.value) this.asked["load"] = { [queue.value]: { waiting: Number(waiting.value), ready: Number(ready.value) } };
      else delete this.asked["load"];
      figures.hidden = !queue.value;
    };
    const figures = h("div", { class: "simulator-load", hidden: true },
      h("label", {}, t("callers waiting"), waiting), h("label", {}, t("agents ready"), ready));
    for (const one of [queue, waiting, ready]) one.addEventListener("change", assume);
    const form = h("form", { class: "stack simulator-form", on: { submit: (event) => {
      event.preventDefault();
      void this.run();
    } } },
    h("div", { class: "plan-piece" },
      type(t("Caller"), this.caller, (value) => { this.caller = value; }, { inputmode: "tel", placeholder: t("number withheld") }),
      type(t("At"), "", (value) => { this.at = value; }, { type: "datetime-local" }),
      choose(t("Who it is"), "look", [["look", t("looked up")], ["unknown", t("an unknown caller")], ["known", t("a known customer")],
        ["vip", t("a VIP")], ["late", t("no answer in time")]], (value) => {
        if (value === "look") delete this.asked["customer"];
        else this.asked["customer"] = value;
      }),
      options("sites").length > 0 && choose(t("Sites"), "now", [["now", t("as they are now")], ["", t("all up")],
        ...options("sites").map(([name, words]): [string, string] => [name, t("{name} down", { name: words })])], (value) => {
        if (value === "now") delete this.asked["sites_down"];
        else this.asked["sites_down"] = value ? [value] : [];
      })),
    queue, figures,
    h("div", { class: "row-end" }, submitButton(t("Try"), "player-play", { class: "btn-primary" })));
    this.place = h("section", { class: "panel", "aria-label": t("Simulator") },
      h("h2", { class: "column-title" }, icon("route"), t("Simulator")), form, this.result);
  }

  async run(): Promise<void> {
    const turn = ++this.turn;
    const document = this.plan();
    const body = { caller: this.caller, number: this.number, assume: this.asked,
      ...(this.at ? { at: new Date(this.at).toISOString() } : {}), ...(document ? { document } : {}) };
    try {
      const led = await post<Destination & { at: string }>("/route-simulations", body);
      if (turn === this.turn) fill(this.result, answer(led));
    } catch (error) {
      if (turn !== this.turn) return;
      const words = error instanceof ApiProblem ? error.message : t("This did not work.");
      fill(this.result, h("p", { class: "told" }, icon("alert-circle"), words));
    }
  }
}

function answer(led: Destination): HTMLElement {
  return h("div", {},
    h("p", { class: "simulated-answer" }, icon(targetIcon(led.target?.kind)), h("strong", {}, targetWords(led.target))),
    h("p", { class: "muted" }, whyWords(led)),
    h("ol", { class: "trace", "aria-label": t("Tests made") }, led.trace.map(line)));
}

export function line(test: Tested): HTMLElement {
  const [name, state, words] = test.holds === null ? ["user-question", "holding", t("unknown")]
    : test.holds ? ["circle-check", "ready", t("yes")] : ["circle-minus", "not_ready", t("no")];
  const asked = test.condition ? conditionWords(test.condition) : aboutWords(test.about);
  return h("li", { class: `s-${state}` }, icon(name), h("span", { class: "trace-words" },
    h("span", {}, asked), h("small", { class: "muted" }, [words, seenWords(test)].filter(Boolean).join(" · "))),
  h("code", { class: "muted" }, test.place));
}
