// Where calls go that the queue does not keep: a chain, the first link that can takes it.

import { fill, h } from "../page/dom";
import { button, option } from "../page/parts";
import { t, titled } from "../words/i18n";
import { type Editor, section } from "./editor";
import { movable, rowActs, rowArrow, rowNumber, swapped } from "./rows";
import type { Configured, Link, QueueDocument } from "./shapes";
import { type Choices, overflowKinds, overflowReasons } from "./words";

export function overflowSection(editor: Editor<"queue">, queues: Configured<QueueDocument>[]): HTMLElement {
  const place = h("div", { class: "is-wide rows" });
  const others: Choices = queues.filter((one) => !one.archived && one.key !== editor.key)
    .map((one) => [one.key, titled(one.document)]);
  draw(editor, place, others);
  return section(t("Overflow"), "route", place);
}

function draw(editor: Editor<"queue">, place: HTMLElement, others: Choices): void {
  const { form, locked } = editor;
  const links = editor.document.overflow;
  const set = (next: Link[], focus: number | null = null) => {
    form.set("overflow", next);
    draw(editor, place, others);
    if (focus !== null) form.focus(`overflow.${focus}.kind`);
  };
  form.forget("overflow");
  const add = () => set([...links, { reasons: ["closed"], kind: others.length ? "queue" : "voicemail",
    target: others[0]?.[0] ?? "", priority: 0 }], links.length);
  fill(place, h("p", { class: "form-hint", id: "overflow-hint" }, t("The first link that can take the call takes it. Alt with an arrow moves a link.")),
    h("ol", { class: "rows-list" }, links.map((link, at) => {
      const acts = { at, of: links.length, name: t("Link {n}", { n: at + 1 }),
        move: (by: number) => set(swapped(links, at, by), at + by),
        remove: () => set(links.filter((_, other) => other !== at)) };
      return movable(row(editor, link, at, others, () => draw(editor, place, others), !locked && rowActs(acts)), acts);
    })),
    !links.length && h("p", { class: "muted" }, t("No overflow: a call that is not kept is ended.")),
    form.place("overflow", place),
    !locked && h("div", { class: "rows-foot" }, button(t("Add a link"), "plus", add, { class: "btn-small", id: "add-link" })));
  form.again();
}

function row(
  editor: Editor<"queue">, link: Link, at: number, others: Choices, again: () => void, acts: HTMLElement | false,
): HTMLElement {
  const { form } = editor;
  const path = `overflow.${at}`;
  const changeKind = () => {
    const kind = String(form.get(`${path}.kind`));
    form.set(`${path}.target`, kind === "queue" ? others[0]?.[0] ?? "" : "");
    again();
    form.focus(`${path}.kind`);
  };
  return h("li", { class: "row-item link-row" }, rowNumber(at), reasons(editor, link, at), rowArrow(),
    form.choice(`${path}.kind`, t("Where to"), overflowKinds(), { then: changeKind }), target(editor, link, at, others), acts);
}

function reasons({ form, locked }: Editor<"queue">, link: Link, at: number): HTMLElement {
  const boxes = overflowReasons().map(([value, words]) => {
    const box = h("input", { type: "checkbox", class: "form-check-input", checked: link.reasons.includes(value), disabled: locked });
    box.addEventListener("change", () => {
      const now = form.get(`overflow.${at}.reasons`) as string[];
      form.set(`overflow.${at}.reasons`, box.checked ? [...now, value] : now.filter((one) => one !== value));
    });
    return h("label", { class: "form-check" }, box, h("span", { class: "form-check-label" }, words));
  });
  const group = h("div", { class: "reason-boxes", role: "group", "aria-label": t("When link {n} is taken", { n: at + 1 }) }, boxes);
  return h("div", {}, group, form.place(`overflow.${at}.reasons`, group));
}

function target({ form }: Editor<"queue">, link: Link, at: number, others: Choices): HTMLElement {
  const path = `overflow.${at}.target`;
  switch (link.kind) {
    case "queue": return h("div", { class: "link-target" },
      others.length ? form.choice(path, t("Queue"), others) : noQueue(),
      form.number(`overflow.${at}.priority`, t("Priority there")));
    case "number": return form.text(path, t("Number"), { attributes: { inputmode: "tel", placeholder: "+8621…" } });
    case "message": return form.text(path, t("Prompt"), { attributes: { list: "prompts", maxlength: "60" } });
    case "voicemail": return form.text(path, t("Mailbox"), { attributes: { placeholder: t("the queue's own") } });
    default: return h("span", {});
  }
}

const noQueue = () => h("div", { class: "field" }, h("label", { class: "form-label" }, t("Queue")),
  h("select", { class: "form-select", disabled: true, "aria-label": t("Queue") }, option("", t("no other queue"))));
