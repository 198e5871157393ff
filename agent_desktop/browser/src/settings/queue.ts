// One queue: everything that can be set of it, section by section.

import { fill, h, icon } from "../page/dom";
import type { PageContext } from "../page/mount";
import { tellFailure } from "../page/toast";
import { t, titled } from "../words/i18n";
import { learnTitles } from "../words/titles";
import { coming, Editor, gone, section } from "./editor";
import { hoursSection } from "./hours";
import { overflowSection } from "./overflow";
import { messagesField, SittingAgents } from "./sitting";
import type { AgentDocument, Configured, QueueDocument, SkillDocument } from "./shapes";
import { StepsSection } from "./steps";
import { readAll, readPrompts } from "./wire";
import { callbackOrders, strategies, strategyAdvice, wrapUps } from "./words";

const BACK: [string, string] = ["/settings/queues", ""];

export interface QueueWorld {
  queues: Configured<QueueDocument>[];
  agents: Configured<AgentDocument>[];
  skills: Configured<SkillDocument>[];
  prompts: string[];
}

export function showQueue(page: PageContext, key: string): void {
  fill(page.root, coming());
  Promise.all([readAll("queue", page.signal), readAll("agent", page.signal), readAll("skill", page.signal), readPrompts(page.signal)])
    .then(([queues, agents, skills, prompts]) => {
      learnTitles(queues.map((one) => ({ name: one.key, ...one.document })));
      const world = { queues, prompts, skills: skills.filter((one) => !one.archived),
        agents: agents.filter((one) => !one.archived) };
      const seen = queues.find((one) => one.key === key) ?? null;
      if (!seen && key !== "new") return fill(page.root, gone([BACK[0], t("Queues")]));
      edit(page, world, seen);
    }).catch(tellFailure);
}

const fresh = (): QueueDocument => ({
  title: "", title_en: "", ring_seconds: 20,
  wrap_up: { kind: "timed", seconds: 20, extension_seconds: 0 },
  strategy: "longest_idle", steps: [], priority: 0, ageing_seconds: 0, owner_seconds: 0, last_agent_seconds: 0,
  ring_all_limit: 8, limits: { max_waiting: null, max_wait_seconds: null, max_per_ready_agent: null },
  hours: { zone: "Asia/Shanghai", periods: [], closed_on: [], closed_now: false }, overflow: [],
  comfort: { music: "default", messages: [], every_seconds: 30, say_position: false, say_wait: false },
  callback: { offered: false, key: "1", after_seconds: 30, order: "agent_first", tries: 3, retry_seconds: 900,
    expires_seconds: 14400 },
  short_abandon_seconds: 5, target_seconds: 20, target_share: 0.8, formula: "answered_in_target/offered_less_short",
});

function edit(page: PageContext, world: QueueWorld, seen: Configured<QueueDocument> | null): void {
  const sitting = new SittingAgents(world.agents, seen?.key ?? "");
  let steps: StepsSection | null = null;
  const slug = h("input", { class: "form-control mono", maxlength: "40", pattern: "[a-z0-9-]{1,40}", required: true,
    autocomplete: "off", placeholder: "repair" });
  const plan = {
    kind: "queue" as const, seen, key: seen?.key ?? "", fresh: fresh(), back: [BACK[0], t("Queues")] as [string, string],
    title: titled, heading: t("New queue"),
    agents: () => sitting.chosen,
    extra: () => seen && !sitting.changed ? {} : { agents: sitting.chosen },
    checked: ({ serving }: { serving: string[][] }) => steps?.showServing(serving, sitting.chosen.length),
    sections: (editor: Editor<"queue">) => {
      slug.addEventListener("input", () => {
        plan.key = slug.value.trim();
        editor.touched();
      });
      sitting.bind(editor);
      steps = new StepsSection(editor, world.skills);
      return [h("datalist", { id: "prompts" }, world.prompts.map((name) => h("option", { value: name }))),
        general(editor, seen ? null : slug), section(t("Agents"), "headset", sitting.place,
        editor.form.place("agents", sitting.place)), takers(editor, steps), waiting(editor), hoursSection(editor),
      overflowSection(editor, world.queues), callback(editor), afterwards(editor), goal(editor)];
    },
  };
  new Editor(page, plan);
}

function general({ form }: Editor<"queue">, slug: HTMLInputElement | null): HTMLElement {
  return section(t("General"), "settings",
    slug && form.beside("key", t("Short name"), slug, t("a-z, 0-9 and -; used by flows and numbers, never changed")),
    form.text("title", t("Title")), form.text("title_en", t("English name")),
    form.number("priority", t("Priority"), "", { hint: t("Added to each call's own; higher is served first.") }),
    form.number("ageing_seconds", t("Ageing"), t("s"), { hint: t("So much waiting counts as one priority more; 0: never.") }));
}

function takers({ form }: Editor<"queue">, steps: StepsSection): HTMLElement {
  const advice = h("p", { class: "form-hint is-wide" });
  const ringAll = h("div", { class: "field" });
  const draw = () => {
    const strategy = String(form.get("strategy"));
    fill(advice, strategyAdvice(strategy));
    form.forget("ring_all_limit");
    fill(ringAll, strategy === "ring_all" && form.number("ring_all_limit", t("Phones rung at once")));
    form.again();
  };
  const place = section(t("Who takes calls"), "users",
    form.choice("strategy", t("Strategy"), strategies(), { then: draw }),
    form.number("ring_seconds", t("Ring time"), t("s")), ringAll, advice,
    steps.place,
    form.number("owner_seconds", t("Owner first"), t("s"), { hint: t("So long the customer's owner alone is asked; 0: not.") }),
    form.number("last_agent_seconds", t("Last agent first"), t("s"), { hint: t("So long who spoke with him last alone is asked; 0: not.") }));
  draw();
  return place;
}

function waiting({ form, locked }: Editor<"queue">): HTMLElement {
  return section(t("Waiting"), "clock",
    form.number("limits.max_waiting", t("Most waiting"), t("calls"), { none: t("no limit") }),
    form.number("limits.max_wait_seconds", t("Longest wait"), t("s"), { none: t("no limit") }),
    form.number("limits.max_per_ready_agent", t("Waiting per ready agent"), t("calls"), { none: t("no limit") }),
    form.text("comfort.music", t("Music")),
    form.number("comfort.every_seconds", t("A message every"), t("s")),
    messagesField(form, locked),
    form.toggle("comfort.say_position", t("Say the position in line")),
    form.toggle("comfort.say_wait", t("Say the expected wait"), { hint: t("As a range, and only while it proves true.") }));
}

function callback({ form }: Editor<"queue">): HTMLElement {
  return section(t("Callback"), "phone-outgoing",
    form.toggle("callback.offered", t("Callers may keep their place and hang up"), { wide: true }),
    form.text("callback.key", t("Key to press"), { attributes: { maxlength: "1", class: "form-control figures" } }),
    form.number("callback.after_seconds", t("Offered aloud after"), t("s")),
    form.choice("callback.order", t("Rung first"), callbackOrders()),
    form.number("callback.tries", t("Tries")),
    form.number("callback.retry_seconds", t("Tried again after"), t("s")),
    form.number("callback.expires_seconds", t("Given up after"), t("s")));
}

function afterwards({ form }: Editor<"queue">): HTMLElement {
  return section(t("Wrap-up"), "pencil",
    form.choice("wrap_up.kind", t("Kind"), wrapUps()),
    form.number("wrap_up.seconds", t("Seconds"), t("s")),
    form.number("wrap_up.extension_seconds", t("Longer by"), t("s"), { hint: t("Once, when the agent asks; 0: none.") }));
}

function goal({ form }: Editor<"queue">): HTMLElement {
  return section(t("Service level"), "chart-bar",
    form.number("target_share", t("Share of calls"), "%", { scale: 100 }),
    form.number("target_seconds", t("Answer within"), t("s")),
    form.number("short_abandon_seconds", t("Short abandon"), t("s"), { hint: t("Who gives up sooner does not count.") }),
    h("p", { class: "form-hint is-wide" }, icon("info-circle"), " ",
      t("Counted as: answered in time ÷ (answered + given up − given up short).")));
}
