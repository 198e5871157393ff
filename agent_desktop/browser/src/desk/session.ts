// What this desk knows at a moment: the agent's own row, the call in hand and who calls.

import { get, post, query } from "../wire/api";
import type { Feed } from "../wire/feed";
import type { AgentRow, CallerCard, CallRow, Me, Notice, PhoneCredential, Pop } from "../wire/shapes";
import { Line, type LineCall } from "../phone/line";
import { Readiness } from "../phone/readiness";
import { markMoment } from "./moments";
import { who } from "./who";

export type Stage = "away" | "idle" | "offered" | "talking" | "wrap_up";

export interface Current {
  stage: Stage;
  agent: AgentRow | null;
  callId: string;
  pop: Pop | null;
  row: CallRow | null;
  line: LineCall | null;
  second: LineCall | null; // somebody is asked while the first call is held
}

const PATIENCE_MS = 700; // a card comes before the ring; later there is none
const HEAD_START_MS = 250; // a ring waits so long for its card
const MEMORY = "callcenter.pop"; // the last card, kept over a reload for the wrap-up

export class DeskSession {
  readonly line: Line;
  readonly readiness: Readiness;
  private listeners = new Set<(now: Current, notice: Notice | null) => void>();
  private lastPop: Pop | null = recall();
  private heard = new WeakSet<LineCall>();
  private looked = new WeakSet<LineCall>();
  private awaited = new Map<string, () => void>(); // by call id: rings that wait for their card
  private dialling = 0; // until when an own ring is expected and taken at once

  constructor(readonly feed: Feed, readonly me: Me, audio: HTMLAudioElement) {
    this.line = new Line(audio, () => post<PhoneCredential>("/me/phone"),
      (callId) => this.shown(callId));
    this.readiness = new Readiness(this.line, () => this.agent?.phone_ready ?? false);
  }

  get agent(): AgentRow | null {
    const id = this.me.agent?.agent_id;
    return id ? this.feed.agents.get(id) ?? this.me.agent : null;
  }

  start(): void {
    this.feed.watch(({ notice }) => this.onFeed(notice));
    this.line.watch((news, call) => this.onLine(news, call));
    this.readiness.watch(() => this.tell(null));
    this.readiness.start();
    void this.line.start();
  }

  watch(listener: (now: Current, notice: Notice | null) => void, signal?: AbortSignal): void {
    this.listeners.add(listener);
    signal?.addEventListener("abort", () => this.listeners.delete(listener));
    listener(this.current(), null);
  }

  /** Call a number: our own phone rings first and is taken at once. */
  async dial(number: string): Promise<void> {
    this.dialling = performance.now() + 15_000;
    try {
      await post("/me/dial", { number: number.replace(/[^\d+]/g, "") });
    } catch (error) {
      this.dialling = 0;
      throw error;
    }
  }

  current(): Current {
    const { agent } = this;
    const line = this.line.call;
    const pop = this.popInHand(agent, line);
    const callId = line?.callId || pop?.call_id || agent?.call_id || this.ownRow(agent)?.call_id || "";
    const row = this.feed.calls.get(callId) ?? this.ownRow(agent);
    return { stage: stageOf(agent, line, pop), agent, callId, pop, row, line, second: this.line.second };
  }

  /** Resolves once the card of the call is here, or can no longer be expected. */
  private shown(callId: string): Promise<void> {
    const comes = !this.feed.pops.has(callId) && !this.feed.oldSince;
    if (!comes || performance.now() < this.dialling) return Promise.resolve();
    return new Promise((resolve) => {
      const ring = () => {
        this.awaited.delete(callId);
        resolve();
      };
      this.awaited.set(callId, ring);
      window.setTimeout(ring, HEAD_START_MS);
    });
  }

  private ownRow(agent: AgentRow | null): CallRow | null {
    if (!agent) return null;
    return [...this.feed.calls.values()].find((row) => row.agent_id === agent.agent_id) ?? null;
  }

  private popInHand(agent: AgentRow | null, line: LineCall | null): Pop | null {
    const mine = [...this.feed.pops.values()].filter((pop) => pop.agent_id === agent?.agent_id);
    const wanted = line?.callId || agent?.call_id;
    const found = mine.find((pop) => pop.call_id === wanted) ?? mine.at(-1) ?? null;
    if (found) return found;
    const last = this.lastPop;
    if (!last || !agent || last.agent_id !== agent.agent_id) return null;
    if (line) return last.call_id === line.callId || (wanted ?? "") === last.call_id ? last : null;
    const busy = agent.state === "wrap_up" || agent.state === "talking" || agent.state === "holding";
    return busy && (!wanted || wanted === last.call_id) ? last : null;
  }

  private onFeed(notice: Notice | null): void {
    if (notice?.type === "screen_popped" && notice.agent_id === this.me.agent?.agent_id) {
      markMoment("pop", notice.call_id);
      this.remember(notice);
      this.awaited.get(notice.call_id)?.();
    } else if (notice?.type === "agent_told" && notice.agent_id === this.me.agent?.agent_id) {
      this.obey(notice.code, notice.detail);
    } else if (!notice) {
      this.readiness.reportAgain();
      const mine = [...this.feed.pops.values()].find((one) =>
        one.agent_id === this.me.agent?.agent_id);
      if (mine) {
        markMoment("pop", mine.call_id);
        this.remember(mine);
        this.awaited.get(mine.call_id)?.();
      }
    }
    this.tell(notice);
  }

  /** What the board asks of the phone itself. */
  private obey(code: string, detail: Record<string, string>): void {
    switch (code) {
      case "phone_consult": this.line.consult(detail["number"] ?? ""); break;
      case "phone_complete": this.line.join(); break;
      case "phone_cancel": this.line.dropSecond(); break;
      case "phone_swap": this.line.swap(); break;
    }
  }

  private remember(pop: Pop): void {
    this.lastPop = pop;
    sessionStorage.setItem(MEMORY, JSON.stringify(pop));
  }

  private onLine(news: string, call: LineCall | null): void {
    if (news === "call" && call?.state === "ringing") this.onRing(call);
    if (news === "call" && call?.state === "talking" && !this.heard.has(call)) {
      this.heard.add(call);
      markMoment("talk", call.callId);
    }
    if (news === "call" && call) this.lookUp(call);
    if (news === "ended") {
      markMoment("end", call?.callId ?? "");
      if (call?.state === "talking") this.feed.pops.delete(call.callId);
    }
    this.tell(null);
  }

  private onRing(call: LineCall): void {
    markMoment("ring", call.callId);
    if (performance.now() < this.dialling) {
      this.dialling = 0;
      this.line.answer();
    }
  }

  /** A call that came without a card (own dialling, the fallback queue): ask who it is. */
  private lookUp(call: LineCall): void {
    if (this.looked.has(call)) return;
    this.looked.add(call);
    window.setTimeout(() => void this.makePop(call), PATIENCE_MS);
  }

  private async makePop(call: LineCall): Promise<void> {
    const now = this.current();
    const { number } = who(now);
    if (this.line.call !== call || now.pop || !/\d{3}/.test(number)) return;
    const card = await get<CallerCard>(`/lookup${query({ number })}`).catch(() => null);
    if (!card || this.current().pop) return;
    this.remember({ agent_id: this.me.agent?.agent_id ?? "", call_id: now.callId, queue: "",
      caller_number: number, caller_name: "", ring_seconds: 0, card, data: {}, why: "" });
    this.tell(null);
  }

  private tell(notice: Notice | null): void {
    const now = this.current();
    for (const listener of this.listeners) listener(now, notice);
  }
}

function stageOf(agent: AgentRow | null, line: LineCall | null, pop: Pop | null): Stage {
  if (line?.state === "talking" || line?.state === "calling") return "talking";
  if (line?.state === "ringing") return "offered";
  switch (agent?.state) {
    case "offered": return "offered";
    case "talking": case "holding": return "talking";
    case "wrap_up": return "wrap_up";
    case "ready": return pop ? "offered" : "idle"; // the pop comes a moment before the state
    case "not_ready": return "idle";
    default: return "away";
  }
}

function recall(): Pop | null {
  try {
    return JSON.parse(sessionStorage.getItem(MEMORY) ?? "null") as Pop | null;
  } catch {
    return null;
  }
}
