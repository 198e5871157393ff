// A button that opens a short list of acts: arrows move, Esc closes, focus comes back.

import { append, type Child, h, icon } from "./dom";

export interface MenuItem {
  label: Child;
  icon?: string;
  state?: string; // colours the icon
  disabled?: string; // why not, in words
  checked?: boolean; // one that can be on or off
  group?: string; // begins a part of the menu under this head
  run: () => void;
}

/** Make `trigger` open a menu of what `items` gives at that moment. */
export function attachMenu(trigger: HTMLButtonElement, items: () => MenuItem[]): void {
  trigger.setAttribute("aria-haspopup", "menu");
  trigger.setAttribute("aria-expanded", "false");
  trigger.addEventListener("click", () => {
    if (trigger.getAttribute("aria-expanded") === "true") return;
    open(trigger, items());
  });
}

function open(trigger: HTMLButtonElement, items: MenuItem[]): void {
  const stop = new AbortController();
  const list = h("div", { class: "menu", role: "menu" });
  const close = (back: boolean) => {
    stop.abort();
    list.remove();
    trigger.setAttribute("aria-expanded", "false");
    if (back) trigger.focus();
  };
  append(list, items.map((item) => entry(item, close)));
  place(list, trigger);
  trigger.setAttribute("aria-expanded", "true");
  list.addEventListener("keydown", (event) => onKey(event, list, close));
  document.addEventListener("pointerdown", (event) => {
    const inside = event.target instanceof Node
      && (list.contains(event.target) || trigger.contains(event.target));
    if (!inside) close(false);
  }, { signal: stop.signal });
  list.querySelector<HTMLElement>("[role^=menuitem]:not([aria-disabled=true])")?.focus();
}

function entry(item: MenuItem, close: (back: boolean) => void): Child {
  const tick = item.checked === undefined ? null : item.checked ? "square-check" : "square";
  const button = h("button", {
    type: "button", role: tick ? "menuitemcheckbox" : "menuitem",
    "aria-checked": tick && String(item.checked), tabindex: "-1", "aria-disabled": item.disabled ? "true" : null,
    class: `menu-item ${item.state ? `s-${item.state}` : ""}`,
    on: {
      click: () => {
        if (item.disabled) return;
        close(true);
        item.run();
      },
    },
  }, tick && icon(tick), item.icon && icon(item.icon), h("span", { class: "menu-label" }, item.label,
    item.disabled && h("small", {}, item.disabled)));
  return item.group ? [h("p", { class: "menu-group", role: "presentation" }, item.group), button]
    : button;
}

function place(list: HTMLElement, trigger: HTMLElement): void {
  document.body.appendChild(list);
  const box = trigger.getBoundingClientRect();
  const left = Math.min(box.left, window.innerWidth - list.offsetWidth - 8);
  list.style.left = `${Math.max(8, left)}px`;
  list.style.minWidth = `${box.width}px`;
  const below = box.bottom + 4;
  const fits = below + list.offsetHeight < window.innerHeight;
  list.style.top = `${fits ? below : Math.max(8, box.top - list.offsetHeight - 4)}px`;
}

function onKey(event: KeyboardEvent, list: HTMLElement, close: (back: boolean) => void): void {
  const items = [...list.querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const steps: Record<string, number> = {
    ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0, End: items.length - 1,
  };
  const step = steps[event.key];
  if (step !== undefined) items[step]?.focus();
  else if (event.key === "Escape" || event.key === "Tab") close(true);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
