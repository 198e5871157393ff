// The phone column: readiness when idle, the biggest thing on the page when it rings.

import type { Current, DeskSession } from "../desk/session";
import { finishWrapUp } from "../desk/outcome";
import { who } from "../desk/who";
import { type Child, find, h, icon } from "../page/dom";
import { addKeys } from "../page/keys";
import { button, key } from "../page/parts";
import { refill } from "../page/refill";
import { tellFailure, toast } from "../page/toast";
import { post } from "../wire/api";
import { everySecond, now as serverNow, since, until } from "../wire/clock";
import type { AgentRow } from "../wire/shapes";
import { phone as written } from "../words/format";
import { t, titled } from "../words/i18n";
import { stateIcon, stateWord } from "../words/trade";
import { whyWord } from "../words/why";
import { askedToggle, askWrapUp, extendWrapUp } from "./after";
import { consultFace } from "./consult";
import { drawKeypad } from "./keypad";
import { ring } from "./ringtone";
import { drawTransfer } from "./transfer";

type Pane = "none" | "keypad" | "transfer";

export class PhonePanel {
  private pane: Pane = "none";
  private drawn = "";
  private readonly live = find("#phone-live");
  private readonly more = find("#phone-more");

  constructor(private readonly desk: DeskSession) {
    desk.watch((now) => this.draw(now));
    addKeys(this.keys());
    document.addEventListener("callcenter:not-joined", () =>
      toast(t("The two could not be joined; both calls are still yours."), "error"));
    window.addEventListener("beforeunload", (event) => {
      if (desk.line.call) event.preventDefault();
    });
  }

  private draw(now: Current): void {
    const mark = JSON.stringify([now.stage, now.callId, now.agent?.state, now.agent?.reason,
      now.agent?.next_state, now.line?.state, now.line?.held, now.line?.muted, now.line?.number,
      who(now), this.pane, now.second?.state,
      now.second?.held, now.agent?.wrap_up_kind, now.agent?.wrap_up_asked, now.agent?.may_extend,
      now.agent?.wrap_up_ends_at, now.stage === "idle" || now.stage === "away"
        ? this.desk.readiness.checks() : null]);
    if (mark === this.drawn) return;
    this.drawn = mark;
    ring(now.line?.state === "ringing");
    if (now.stage !== "talking") this.pane = "none";
    this.live.className = `phone-live is-${now.stage} s-${this.colour(now)}`;
    refill(this.live, this.face(now));
    this.drawPane(now);
    if (now.stage === "offered") this.offerFocus();
  }

  private colour(now: Current): string {
    if (now.stage === "talking") {
      if (now.second) return "consulting";
      return now.line?.held || now.agent?.state === "holding" ? "holding" : "talking";
    }
    return now.stage === "offered" ? "offered" : now.agent?.state ?? "offline";
  }

  private face(now: Current): Child[] {
    switch (now.stage) {
      case "offered": return this.offered(now);
      case "talking": return this.talking(now);
      case "wrap_up": return this.wrapUp(now);
      default: return this.idle(now);
    }
  }

  private idle(now: Current): HTMLElement[] {
    const state = now.agent?.state ?? "offline";
    const words = state === "ready" ? t("Waiting for the next call")
      : state === "not_ready" ? t("No calls come while you are not ready")
        : now.agent ? t("Choose Ready above to take calls") : t("Connecting…");
    return [
      h("div", { class: "phone-quiet" }, icon(stateIcon(state), "phone-quiet-icon"),
        h("p", { class: "phone-quiet-state" }, stateWord(state)), h("p", { class: "muted" }, words)),
      h("ul", { class: "checks", "aria-label": t("Readiness") },
        this.desk.readiness.checks().map((check) => h("li", { class: `check is-${check.level}` },
          icon(check.icon), h("span", {}, check.name),
          h("span", { class: "check-words" }, check.words),
          icon(check.level === "good" ? "circle-check" : check.level === "wait"
            ? "clock-hour-4" : "alert-triangle", "check-mark")))),
    ];
  }

  private offered(now: Current): HTMLElement[] {
    const ringing = now.line?.state === "ringing";
    return [
      this.heading(now, t("Incoming call")),
      h("div", { class: "phone-acts" },
        button([t("Answer"), key("↵")], "phone-filled", () => this.answer(),
          { class: "btn-answer", "data-key": "answer", disabled: !ringing }),
        button(t("Decline"), "phone-off", () => this.hangUp(),
          { class: "btn-quiet", "data-key": "decline", disabled: !ringing })),
    ];
  }

  private talking(now: Current): Child[] {
    const { line } = now;
    if (!line) return [this.heading(now, stateWord(now.agent?.state ?? "talking")), ...this.noSound(now)];
    if (now.second) return consultFace(this.desk, now, now.second);
    const title = line.state === "calling" ? t("Calling…")
      : line.held ? stateWord("holding") : stateWord("talking");
    const up = line.state === "talking";
    return [
      this.heading(now, title),
      h("div", { class: "phone-grid" },
        this.toggle("hold", line.held, line.held ? t("Take back") : t("Hold"),
          line.held ? "player-play" : "player-pause", "H", up, () => this.hold()),
        this.toggle("mute", line.muted, line.muted ? t("Unmute") : t("Mute"),
          line.muted ? "microphone-off" : "microphone", "M", true, () => this.mute()),
        this.toggle("keypad", this.pane === "keypad", t("Keypad"), "dialpad", "K", up,
          () => this.open("keypad")),
        this.toggle("transfer", this.pane === "transfer", t("Transfer"), "arrow-forward-up", "T",
          up && now.callId !== "", () => this.open("transfer"))),
      now.agent?.wrap_up_kind === "optional" && askedToggle(now.agent),
      button([t("Hang up"), key("X")], "phone-off", () => this.hangUp(),
        { class: "btn-hang-up", "data-key": "hang-up" }),
    ];
  }

  private noSound(now: Current): HTMLElement[] {
    return [
      h("p", { class: "phone-note", role: "status" }, icon("alert-triangle"),
        t("The sound of this call is not in this window.")),
      button(t("Hang up"), "phone-off", () => {
        void post(`/calls/${now.callId}/hang-up`).catch(tellFailure);
      }, { class: "btn-hang-up", "data-key": "hang-up", disabled: !now.callId }),
    ];
  }

  private wrapUp(now: Current): Child[] {
    const ends = now.agent?.wrap_up_ends_at;
    const forced = now.agent?.wrap_up_kind === "timed_forced";
    return [
      h("div", { class: "phone-quiet" }, icon("pencil", "phone-quiet-icon"),
        h("p", { class: "phone-quiet-state" }, stateWord("wrap_up")),
        h("p", { class: "phone-timer" }, ends ? until(ends) : since(now.agent?.since ?? null)),
        countdownBar(now.agent),
        h("p", { class: "muted" }, forced ? t("Ends by itself; what you choose comes after it")
          : t("Next calls wait until you finish"))),
      now.agent?.may_extend && button([t("More time, once"), key("E")], "clock-plus",
        () => extendWrapUp(), { "data-key": "extend" }),
      !forced && button([t("Finish"), key("F")], "check", () => this.finish(),
        { class: "btn-primary", "data-key": "finish" }),
    ];
  }

  private heading(now: Current, title: string): HTMLElement {
    const person = who(now);
    const started = now.stage === "talking" ? talkingSince(now) : now.row?.queued_at ?? null;
    const queue = this.desk.feed.queues.get(now.pop?.queue || now.row?.queue || "");
    return h("div", { class: "phone-who" },
      h("p", { class: "phone-stage", role: "status" },
        icon(stateIcon(now.stage === "talking" ? this.colour(now) : now.stage)), title,
        h("span", { class: "phone-timer" }, since(started))),
      h("p", { class: "phone-name", title: person.name }, person.name),
      h("p", { class: "phone-number" }, person.number ? written(person.number) : ""),
      h("p", { class: "phone-why" }, queue ? titled(queue) : "",
        now.pop?.why && now.stage === "offered" ? ` · ${whyWord(now.pop.why)}` : ""));
  }

  private toggle(
    name: string, on: boolean, label: string, iconName: string, letter: string, able: boolean,
    run: () => void,
  ): HTMLElement {
    return button([label, key(letter)], iconName, run, {
      class: `btn-phone ${on ? "is-on" : ""}`, "aria-pressed": String(on), disabled: !able,
      "data-key": name });
  }

  private drawPane(now: Current): void {
    const shown = this.more.dataset["pane"] ?? "none";
    if (shown === this.pane) return;
    this.more.dataset["pane"] = this.pane;
    this.more.replaceChildren();
    if (this.pane === "keypad") drawKeypad(this.more, (digit) => this.desk.line.tone(digit));
    if (this.pane === "transfer") {
      drawTransfer(this.more, this.desk, now.callId, () => this.open("none"));
    }
  }

  private offerFocus(): void {
    const active = document.activeElement;
    const writing = active?.matches("input, textarea, select") ?? false;
    const answer = this.live.querySelector<HTMLButtonElement>('[data-key="answer"]');
    if (!writing && answer && !answer.disabled) answer.focus({ preventScroll: true });
  }

  private open(pane: Pane): void {
    this.pane = this.pane === pane ? "none" : pane;
    this.draw(this.desk.current());
  }

  private answer(): boolean {
    return this.desk.line.answer();
  }

  private hold(): void {
    this.desk.line.hold(!this.desk.line.call?.held);
  }

  private mute(): void {
    this.desk.line.mute(!this.desk.line.call?.muted);
  }

  private hangUp(): boolean {
    return this.desk.line.hangUp();
  }

  private finish(): void {
    void finishWrapUp(this.desk.current().callId);
  }

  private keys() {
    const group = t("Phone");
    const inCall = (run: () => void) => () => {
      if (!this.desk.line.call) return false;
      run();
      return true;
    };
    return [
      { keys: "Enter", label: t("Answer"), group, run: () => this.answer() },
      { keys: "h", label: t("Hold / take back"), group, run: inCall(() => this.hold()) },
      { keys: "m", label: t("Mute / unmute"), group, run: inCall(() => this.mute()) },
      { keys: "k", label: t("Keypad"), group, run: inCall(() => this.open("keypad")) },
      { keys: "t", label: t("Transfer"), group, run: inCall(() => this.open("transfer")) },
      { keys: "x", label: t("Hang up"), group, run: inCall(() => this.hangUp()) },
      { keys: "a", label: t("Time after this call"), group, run: () => {
        const { agent, stage } = this.desk.current();
        if (stage !== "talking" || agent?.wrap_up_kind !== "optional") return false;
        askWrapUp(!agent.wrap_up_asked);
        return true;
      } },
      { keys: "e", label: t("More time for the wrap-up"), group, run: () => {
        if (!this.desk.current().agent?.may_extend) return false;
        extendWrapUp();
        return true;
      } },
      { keys: "s", label: t("Speak with the other"), group, run: () => this.desk.line.swap() },
      { keys: "j", label: t("Join the two and leave"), group, run: () => this.desk.line.join() },
      { keys: "b", label: t("Back to the customer"), group,
        run: () => this.desk.line.dropSecond() },
      { keys: "f", label: t("Finish the wrap-up"), group, run: () => {
        const { agent, stage } = this.desk.current();
        if (stage !== "wrap_up" || agent?.wrap_up_kind === "timed_forced") return false;
        this.finish();
        return true;
      } },
    ];
  }
}

/** Since when they talk: as the board tells, else as this phone heard it begin. */
function talkingSince(now: Current): string | null {
  if (now.row?.answered_at) return now.row.answered_at;
  if (now.line?.state === "talking") {
    return new Date(serverNow() - (performance.now() - now.line.since)).toISOString();
  }
  return now.line ? null : now.agent?.since ?? null;
}

/** A thin bar that empties as the wrap-up runs out. */
function countdownBar(agent: AgentRow | null): HTMLElement | null {
  if (!agent?.wrap_up_ends_at) return null;
  const end = Date.parse(agent.wrap_up_ends_at);
  const whole = Math.max(1, end - Date.parse(agent.since));
  const bar = h("span", { class: "countdown", "aria-hidden": "true" });
  const stop = new AbortController();
  const draw = () => {
    bar.style.setProperty("--left", String(Math.max(0, Math.min(1, (end - serverNow()) / whole))));
    if (bar.dataset["placed"] && !bar.isConnected) stop.abort();
    bar.dataset["placed"] = "yes";
  };
  draw();
  everySecond(draw, stop.signal);
  return bar;
}

/** Click-to-dial from anywhere: any element with data-dial. */
export function startClickToDial(desk: DeskSession): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const target = event.target.closest<HTMLElement>("[data-dial]");
    const number = target?.dataset["dial"];
    if (!number) return;
    event.preventDefault();
    desk.dial(number)
      .then(() => toast(t("Calling {number}: your own phone is taken at once.",
        { number: written(number) })))
      .catch(tellFailure);
  });
}
