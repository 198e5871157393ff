// The agents: a list at a glance, one agent's form, and how a new one comes in.

import { fill, h, icon } from "../page/dom";
import type { PageContext } from "../page/mount";
import { empty, face, field, option } from "../page/parts";
import { Region } from "../page/region";
import { tellFailure } from "../page/toast";
import { exactly, when } from "../words/format";
import { nt, t, titled } from "../words/i18n";
import { learnTitles, queueTitle } from "../words/titles";
import { coming, Editor, gone, section } from "./editor";
import { byCount, findField } from "./find";
import type { Form } from "./form";
import type { AgentDocument, Configured, Problem, QueueDocument, Seat, SkillDocument } from "./shapes";
import { settingsHead } from "./tabs";
import { readAll, readProblems } from "./wire";
import { problemWords, wrapUps, wrapUpWords } from "./words";

type AgentSet = Configured<AgentDocument>;
type Named = Configured<QueueDocument>[];

const MOST_TAGS = 6; // queues named in the list; his own page has all of them

const mayMake = ({ me }: PageContext) => me.user.roles.includes("admin");
const link = (agent: AgentSet) => `/settings/agents/${encodeURIComponent(agent.key)}`;

export function showAgents(page: PageContext): void {
  const place = h("div", { class: "panel" });
  fill(page.root, settingsHead("agents", mayMake(page)
    && h("a", { class: "btn btn-primary", href: "/settings/agents/new" }, icon("user-plus"), t("New agent"))), place);
  void new Region(place, {
    load: async (stop) => {
      const [agents, queues, problems] = await Promise.all([readAll("agent", stop), readAll("queue", stop), readProblems(stop)]);
      learnTitles(queues.map((one) => ({ name: one.key, ...one.document })));
      return { agents, problems };
    },
    show: ({ agents, problems }) => table(agents, problems, page), rows: 6,
  }, page.signal).load();
}

function table(agents: AgentSet[], problems: Problem[], page: PageContext): HTMLElement {
  const live = agents.filter((one) => !one.archived)
    .sort((a, b) => byCount(a.document.extension, b.document.extension));
  const old = agents.filter((one) => one.archived);
  if (!live.length && !old.length) {
    return empty("user-plus", t("No agents yet"), t("An agent logs in, has an extension and sits in queues."),
      mayMake(page) && h("a", { class: "btn", href: "/settings/agents/new" }, icon("plus"), t("New agent")));
  }
  const columns = [t("Agent"), t("Extension"), t("Queues"), t("Skills"), t("Wrap-up"), t("Last changed")];
  const rows = live.map((one) => row(one, problems));
  return h("div", {}, findField(t("Find an agent"), rows), h("table", { class: "record-table settings-table" },
    h("caption", { class: "visually-hidden" }, t("Agents")),
    h("thead", {}, h("tr", {}, columns.map((one) => h("th", { scope: "col" }, one)))),
    h("tbody", {}, rows)),
  old.length > 0 && h("details", { class: "out-of-use" },
    h("summary", {}, nt("{n} agent out of use", "{n} agents out of use", old.length)),
    h("ul", {}, old.map((one) => h("li", {}, h("a", { href: link(one) }, one.document.name))))));
}

function row(agent: AgentSet, problems: Problem[]): HTMLElement {
  const { document: one } = agent;
  const wrong = problems.filter((problem) => problem.kind === "agent" && problem.key === agent.key);
  const queues = one.seats.map((seat) => queueTitle(seat.queue));
  return h("tr", { data: { key: agent.key, find: [one.name, one.extension, ...queues, ...Object.keys(one.skills)].join(" ") } },
    h("td", { class: "main" }, h("span", { class: "with-face" }, face(one.name), h("a", { href: link(agent), title: one.name }, one.name)),
      wrong.map((problem) => h("p", { class: `told is-${problem.severity}` }, icon("alert-circle"), problemWords(problem)))),
    h("td", { class: "figures" }, one.extension),
    h("td", {}, h("span", { class: "tag-list" }, queues.slice(0, MOST_TAGS).map((queue) => h("span", { class: "tag", title: queue }, queue)),
      queues.length > MOST_TAGS && h("span", { class: "muted", title: queues.slice(MOST_TAGS).join("\n") },
        t("and {n} more", { n: queues.length - MOST_TAGS })))),
    h("td", {}, h("span", { class: "tag-list" }, Object.entries(one.skills).sort().map(([skill, level]) =>
      h("span", { class: "tag mono" }, `${skill} ${level}`)), !Object.keys(one.skills).length && h("span", { class: "muted" }, "–"))),
    h("td", {}, one.wrap_up ? wrapUpWords(one.wrap_up) : h("span", { class: "muted" }, t("the queue's"))),
    h("td", {}, agent.changed_at ? h("div", { class: "two-lines" }, h("span", {}, agent.changed_by_name || t("the system")),
      h("time", { class: "muted", datetime: agent.changed_at, title: exactly(agent.changed_at) }, when(agent.changed_at)))
      : h("span", { class: "muted" }, "–")));
}

export function showAgent(page: PageContext, key: string): void {
  fill(page.root, coming());
  Promise.all([readAll("agent", page.signal), readAll("queue", page.signal), readAll("skill", page.signal)])
    .then(([agents, queues, skills]) => {
      learnTitles(queues.map((one) => ({ name: one.key, ...one.document })));
      const seen = agents.find((one) => one.key === key) ?? null;
      if (!seen && (key !== "new" || !mayMake(page))) {
        return fill(page.root, gone(["/settings/agents", t("Agents")]));
      }
      edit(page, seen, queues.filter((one) => !one.archived), skills.filter((one) => !one.archived));
    }).catch(tellFailure);
}

function edit(page: PageContext, seen: AgentSet | null, queues: Named, skills: Configured<SkillDocument>[]): void {
  const account = seen ? null : new Account();
  const fresh: AgentDocument = { name: "", extension: "", seats: [], skills: {}, wrap_up: null,
    missed_limit: 1, blended: false };
  new Editor(page, {
    kind: "agent", seen, key: seen?.key ?? "", fresh, back: ["/settings/agents", t("Agents")],
    title: (one) => one.name, heading: t("New agent"),
    more: () => account?.values ?? {},
    sections: (editor) => [
      section(t("General"), "user-circle", editor.form.text("name", t("Name")),
        editor.form.text("extension", t("Extension number"), { attributes: { inputmode: "numeric", maxlength: "8" },
          hint: t("2 to 8 digits; the phone registers as agent-…") }),
        account?.fields(editor.form),
        editor.form.number("missed_limit", t("Missed in a row"), t("calls"), { hint: t("So many calls not answered set the agent not ready.") }),
        editor.form.toggle("blended", t("Outbound work too"), { hint: t("It gives way to waiting calls.") })),
      seats(editor, queues), skillFields(editor, skills), wrapUp(editor),
    ],
  });
}

/** What a new agent logs in with; kept apart from the document. */
class Account {
  private readonly username = h("input", { class: "form-control", maxlength: "40", autocomplete: "off", required: true });
  private readonly password = h("input", { class: "form-control", type: "password", maxlength: "200",
    autocomplete: "new-password", required: true });
  private readonly language = h("select", { class: "form-select" }, option("zh_CN", "中文"), option("en", "English"));

  fields(form: Form): HTMLElement[] {
    return [form.beside("username", t("User name"), this.username, t("a-z and 0-9, to log in with")),
      form.beside("password", t("First password"), this.password, t("8 characters at least")),
      form.beside("language", t("Language"), this.language)];
  }

  get values(): Record<string, unknown> {
    return { username: this.username.value.trim(), password: this.password.value, language: this.language.value,
      key: undefined };
  }
}

function seats(editor: Editor<"agent">, queues: Named): HTMLElement {
  const place = h("div", { class: "is-wide", tabindex: "-1" });
  const head = [t("Queue"), t("Tier"), t("Weight"), t("Delay (s)"), t("Priority")];
  // Those he sits in come first; they keep their places while boxes are ticked.
  const sits = new Set(editor.document.seats.map((seat) => seat.queue));
  const ordered = [...queues].sort((a, b) => Number(sits.has(b.key)) - Number(sits.has(a.key)) || byCount(titled(a.document), titled(b.document)));
  const draw = (focus = "") => {
    editor.form.forget("seats.");
    const rows = ordered.map((queue) => seatRow(editor, queue, draw));
    fill(place, findField(t("Find a queue"), rows), h("table", { class: "seat-table" },
      h("caption", { class: "visually-hidden" }, t("Queues")),
      h("thead", {}, h("tr", {}, head.map((one) => h("th", { scope: "col" }, one)))),
      h("tbody", {}, rows)));
    editor.form.again();
    if (focus) place.querySelector<HTMLElement>(`[data-seat="${focus}"]`)?.focus();
  };
  draw();
  return section(t("Queues"), "inbox", place, editor.form.place("seats", place),
    h("p", { class: "form-hint is-wide" }, t("Tier and weight count in queues of those strategies; after the delay a call may reach him; calls of the queue with the higher priority come first.")));
}

function seatRow(editor: Editor<"agent">, queue: Configured<QueueDocument>, draw: (focus: string) => void): HTMLElement {
  const all = editor.document.seats;
  const at = all.findIndex((seat) => seat.queue === queue.key);
  const seat = all[at];
  const box = h("input", { type: "checkbox", class: "form-check-input", checked: seat !== undefined, disabled: editor.locked,
    data: { seat: queue.key } });
  box.addEventListener("change", () => {
    const rest = all.filter((one) => one.queue !== queue.key);
    const added: Seat = { queue: queue.key, tier: 1, weight: 1, delay_seconds: 0, priority: 0 };
    editor.form.set("seats", box.checked ? [...rest, added] : rest);
    draw(queue.key);
  });
  const told = h("div", {});
  const cell = (name: keyof Seat, label: string) => {
    if (!seat) return h("td", {}, h("span", { class: "muted" }, "–"));
    const input = h("input", { type: "number", class: "form-control figures", value: String(seat[name]),
      "aria-label": `${titled(queue.document)}: ${label}` });
    input.addEventListener("input", () => editor.form.set(`seats.${at}.${name}`, Math.trunc(Number(input.value))));
    told.append(editor.form.place(`seats.${queue.key}.${name}`, input));
    return h("td", {}, input);
  };
  const cells = [cell("tier", t("Tier")), cell("weight", t("Weight")), cell("delay_seconds", t("Delay (s)")), cell("priority", t("Priority"))];
  if (editor.locked) for (const one of cells) one.querySelector("input")?.setAttribute("disabled", "");
  return h("tr", {}, h("th", { scope: "row" }, h("label", { class: "form-check" }, box,
    h("span", { class: "form-check-label" }, titled(queue.document))), told), cells);
}

function skillFields(editor: Editor<"agent">, skills: Configured<SkillDocument>[]): HTMLElement {
  const fields = skills.map((skill) => {
    const input = h("input", { type: "number", min: "0", max: "9", class: "form-control figures",
      value: String(editor.document.skills[skill.key] ?? 0) });
    input.addEventListener("input", () => {
      const { [skill.key]: _, ...rest } = editor.document.skills;
      const level = Math.trunc(Number(input.value));
      editor.form.set("skills", level ? { ...rest, [skill.key]: level } : rest);
    });
    const told = editor.form.place(`skills.${skill.key}`, input);
    const shown = field(titled(skill.document), input, h("span", { class: "mono" }, skill.key));
    input.id = `at-skills-${skill.key.replace(/[^\w-]/g, "-")}`;
    shown.querySelector("label")?.setAttribute("for", input.id);
    shown.append(told);
    return shown;
  });
  return section(t("Skills"), "star-filled", fields.length ? fields
    : h("p", { class: "muted is-wide" }, h("a", { href: "/settings/skills" }, t("No skills yet: make some"))),
  h("p", { class: "form-hint is-wide" }, t("0: does not have it; 1 to 9: how well.")));
}

function wrapUp(editor: Editor<"agent">): HTMLElement {
  const place = h("div", { class: "settings-fields is-wide" });
  const own = h("input", { type: "checkbox", class: "form-check-input", role: "switch",
    checked: editor.document.wrap_up !== null, disabled: editor.locked });
  const draw = () => {
    editor.form.forget("wrap_up.");
    fill(place, editor.document.wrap_up && [editor.form.choice("wrap_up.kind", t("Kind"), wrapUps()),
      editor.form.number("wrap_up.seconds", t("Seconds"), t("s")),
      editor.form.number("wrap_up.extension_seconds", t("Longer by"), t("s"))]);
    editor.form.again();
  };
  own.addEventListener("change", () => {
    editor.form.set("wrap_up", own.checked ? { kind: "timed", seconds: 20, extension_seconds: 0 } : null);
    draw();
  });
  draw();
  return section(t("Wrap-up"), "pencil", h("label", { class: "form-check form-switch is-wide" }, own,
    h("span", { class: "form-check-label" }, t("A rule of his own instead of the queue's"))), place);
}
