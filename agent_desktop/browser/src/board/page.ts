// The supervisor's board: where does it burn, and who could help.

import { fill, find, h, icon } from "../page/dom";
import { addKeys } from "../page/keys";
import type { Mount, PageContext } from "../page/mount";
import { button, empty, skeleton } from "../page/parts";
import { refill } from "../page/refill";
import { everySecond, now } from "../wire/clock";
import type { QueueRow } from "../wire/shapes";
import { count } from "../words/format";
import { t, titled } from "../words/i18n";
import { stateIcon, stateWord } from "../words/trade";
import { agentGroups } from "./agents";
import { Drawer } from "./drawer";
import { headline, judge } from "./judge";
import { queueTable } from "./queues";
import { DayFigures } from "./spark";
import { startTicker } from "./ticker";
import { isWall, toggleWall, wallView } from "./wall";

const CALM_MS = 250; // many notices make one drawing
const REORDER_MS = 5_000; // lines do not jump under the eye

class Board {
  private order: string[] = [];
  private ordered = 0;
  private due = 0;
  private readonly drawer: Drawer;
  private readonly day: DayFigures;

  constructor(private readonly page: PageContext) {
    const { root, feed, me, signal } = page;
    fill(root, h("div", { class: "board" },
      h("div", { class: "board-main" }, h("div", { id: "board-head" }),
        h("section", { class: "panel board-queues", id: "board-queues", "aria-label": t("Queues") },
          skeleton(4)),
        h("div", { id: "board-agents", class: "board-agents" }, skeleton(6))),
      h("aside", { class: "panel fill board-ticker", "aria-label": t("What happens") },
        h("h2", { class: "column-title" }, icon("history"), t("What happens")),
        h("div", { class: "scroll", id: "board-ticker", tabindex: "0", role: "region",
          "aria-label": t("What happens") })),
      h("aside", { class: "panel board-drawer", id: "board-drawer", hidden: true,
        "aria-label": t("Details") })),
    h("div", { id: "board-wall" }));
    const lead = me.user.roles.some((role) => role === "supervisor" || role === "admin");
    this.drawer = new Drawer(find("#board-drawer", root), feed, lead);
    this.day = new DayFigures(() => this.soon(), lead, signal);
    startTicker(find("#board-ticker", root), signal);
    feed.watch(() => this.soon(), signal);
    everySecond(() => this.soon(), signal);
    addKeys([{ keys: "w", label: t("Wallboard"), group: t("Board"), run: () => this.turn() },
      { keys: "Escape", label: "", group: "", hidden: true, run: () => isWall() ? this.turn() : false }],
    signal);
    signal.addEventListener("abort", () => {
      document.body.classList.remove("is-wall");
      window.clearTimeout(this.due);
    });
  }

  private turn(): void {
    toggleWall();
    this.draw();
  }

  private soon(): void {
    if (this.due || !this.page.feed.loaded) return;
    this.due = window.setTimeout(() => {
      this.due = 0;
      this.draw();
    }, CALM_MS);
  }

  private queues(): QueueRow[] {
    const rows = [...this.page.feed.queues.values()];
    const known = new Set(this.order);
    if (performance.now() - this.ordered > REORDER_MS || rows.some((row) => !known.has(row.name))) {
      this.ordered = performance.now();
      this.order = [...rows].sort((a, b) => judge(b, now()).score - judge(a, now()).score)
        .map((row) => row.name);
    }
    return rows.sort((a, b) => this.order.indexOf(a.name) - this.order.indexOf(b.name));
  }

  private draw(): void {
    const { root, feed } = this.page;
    const queues = this.queues();
    const agents = [...feed.agents.values()];
    if (isWall()) {
      fill(find("#board-wall", root), wallView(queues, agents));
      return;
    }
    find("#board-wall", root).replaceChildren();
    refill(find("#board-head", root), this.head(queues));
    refill(find("#board-queues", root), queues.length
      ? queueTable(queues, this.day, (id) => this.drawer.open({ kind: "queue", id }))
      : empty("users", t("No queues yet"), t("Make a queue, and its line appears here.")));
    refill(find("#board-agents", root), agents.length
      ? agentGroups(agents, feed.calls, (id) => this.drawer.open({ kind: "agent", id }))
      : empty("headset", t("No agents yet"), t("They appear when they sign in.")));
    this.drawer.draw();
  }

  private head(queues: QueueRow[]): HTMLElement {
    const { heat, words } = headline(queues, now(), titled);
    const calls = [...this.page.feed.calls.values()];
    const live = ["menu", "waiting", "talking"].map((state) => h("li", { class: `s-${state}` },
      icon(stateIcon(state)), h("strong", { class: "figures" },
        count(calls.filter((call) => call.state === state).length)), stateWord(state)));
    return h("div", { class: "page-head board-head" },
      h("h1", { class: `is-${heat}` }, icon(heat === "calm" ? "circle-check" : "alert-triangle"), words),
      h("ul", { class: "board-live push" }, live),
      button(t("Wallboard"), "device-tv", () => this.turn(), { class: "btn-small", "data-key": "wall" }));
  }
}

export const mount: Mount = (page) => {
  new Board(page);
};
