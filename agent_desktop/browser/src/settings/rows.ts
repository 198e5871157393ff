// Rows that are added, moved and removed by mouse and by keyboard.

import { h, icon } from "../page/dom";
import { iconButton } from "../page/parts";
import { t } from "../words/i18n";

export interface RowActs {
  at: number;
  of: number;
  name: string; // for the buttons' labels
  move: (by: number) => void;
  remove: () => void;
}

/** Up, down and remove; Alt with an arrow moves the row wherever in it the focus is. */
export function rowActs({ at, of, name, move, remove }: RowActs): HTMLElement {
  return h("span", { class: "row-acts" },
    iconButton(t("{name}: move up", { name }), "arrow-up", () => move(-1), { class: "btn-ghost", disabled: at === 0 }),
    iconButton(t("{name}: move down", { name }), "arrow-down", () => move(1), { class: "btn-ghost", disabled: at === of - 1 }),
    iconButton(t("{name}: remove", { name }), "trash", remove, { class: "btn-ghost" }));
}

export function movable(row: HTMLElement, acts: RowActs): HTMLElement {
  row.addEventListener("keydown", (event) => {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!event.altKey || !by || acts.at + by < 0 || acts.at + by >= acts.of) return;
    event.preventDefault();
    acts.move(by);
  });
  return row;
}

export function swapped<Item>(items: Item[], at: number, by: number): Item[] {
  const next = [...items];
  const [item] = next.splice(at, 1);
  if (item !== undefined) next.splice(at + by, 0, item);
  return next;
}

export const rowNumber = (at: number) => h("span", { class: "row-number figures" }, String(at + 1));
export const rowArrow = () => h("span", { class: "row-arrow" }, icon("arrow-right"));
