// Who sits in a queue, and which prompts its callers hear.

import { fill, h, icon } from "../page/dom";
import { button } from "../page/parts";
import { t } from "../words/i18n";
import type { Editor } from "./editor";
import { byCount, findField } from "./find";
import type { Form } from "./form";
import { rowActs, swapped } from "./rows";
import type { AgentDocument, Configured } from "./shapes";

export class SittingAgents {
  readonly place = h("div", { class: "is-wide", role: "group", "aria-label": t("Agents of this queue"), tabindex: "-1" });
  private readonly before: Set<string>;
  private readonly now: Set<string>;

  constructor(private readonly agents: Configured<AgentDocument>[], queue: string) {
    this.before = new Set(agents.filter((one) => one.document.seats.some((seat) => seat.queue === queue))
      .map((one) => one.key));
    this.now = new Set(this.before);
  }

  get chosen(): string[] {
    return [...this.now];
  }

  get changed(): boolean {
    return this.now.size !== this.before.size || [...this.now].some((id) => !this.before.has(id));
  }

  bind(editor: Editor<"queue">): void {
    const sits = (agent: Configured<AgentDocument>) => Number(this.before.has(agent.key));
    const boxes = [...this.agents].sort((a, b) => sits(b) - sits(a) || byCount(a.document.extension, b.document.extension)).map((agent) => {
      const box = h("input", { type: "checkbox", class: "form-check-input", checked: this.now.has(agent.key), disabled: editor.locked });
      box.addEventListener("change", () => {
        if (box.checked) this.now.add(agent.key);
        else this.now.delete(agent.key);
        editor.touched();
      });
      return h("label", { class: "form-check sitting" }, box,
        h("span", { class: "form-check-label" }, h("span", { class: "sitting-name" }, agent.document.name),
          h("span", { class: "muted figures" }, agent.document.extension)));
    });
    fill(this.place, findField(t("Find an agent"), boxes), boxes.length ? h("div", { class: "sitting-list" }, boxes)
      : h("p", { class: "muted" }, icon("user-plus"), t("No agents yet."), " ", h("a", { href: "/settings/agents" }, t("Make one"))));
  }
}

/** The names of prompts, played in turn. */
export function messagesField(form: Form, locked: boolean): HTMLElement {
  const place = h("div", { class: "is-wide rows" });
  const draw = () => {
    const names = form.get("comfort.messages") as string[];
    const set = (next: string[]) => {
      form.set("comfort.messages", next);
      draw();
    };
    form.forget("comfort.messages");
    fill(place, h("div", { class: "rows-head" }, h("h3", {}, t("Messages, in turn"))),
      h("ol", { class: "rows-list" }, names.map((_, at) => h("li", { class: "row-item message-row" },
        form.text(`comfort.messages.${at}`, t("Prompt {n}", { n: at + 1 }), { attributes: { maxlength: "60", list: "prompts" } }),
        !locked && rowActs({ at, of: names.length, name: t("Prompt {n}", { n: at + 1 }),
          move: (by) => set(swapped(names, at, by)), remove: () => set(names.filter((_one, other) => other !== at)) })))),
      !names.length && h("p", { class: "muted" }, t("none: music alone")),
      !locked && h("div", { class: "rows-foot" }, button(t("Add a message"), "plus", () => set([...names, ""]), { class: "btn-small" })));
    form.again();
  };
  draw();
  return place;
}
