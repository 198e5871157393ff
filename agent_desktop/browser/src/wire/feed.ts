// Keeps a true copy of the board: a snapshot, then numbered notices; a gap asks for it again.

import { anchor } from "./clock";
import { learnTitles } from "../words/titles";
import { ApiProblem, post } from "./api";
import type { AgentRow, CallRow, Frame, Notice, Pop, QueueRow, Snapshot } from "./shapes";

const SILENCE_MS = 12_000; // the server ticks each 5 s
const SLOWEST_RETRY_MS = 8_000;

export interface FeedNews {
  notice: Notice | null; // null: the whole board was replaced, or its age changed
}

type Listener = (news: FeedNews) => void;

export class Feed {
  readonly agents = new Map<string, AgentRow>();
  readonly queues = new Map<string, QueueRow>();
  readonly calls = new Map<string, CallRow>();
  readonly pops = new Map<string, Pop>();
  loaded = false;
  staleSince: string | null = null; // the engine's link to the switch is gone
  lostSince: string | null = null; // this page's own link is gone
  private listeners = new Set<Listener>();
  private socket: WebSocket | null = null;
  private epoch = "";
  private seq = 0;
  private failures = 0;
  private watchdog = 0;
  private retry = 0;

  /** `own`: the agent who is told of his own calls alone; null: a lead who sees all. */
  constructor(private readonly own: string | null) {}

  /** Hear of every change until the signal ends; told once at once if there is a board. */
  watch(listener: Listener, signal?: AbortSignal): void {
    this.listeners.add(listener);
    signal?.addEventListener("abort", () => this.listeners.delete(listener));
    if (this.loaded) listener({ notice: null });
  }

  /** Since when the figures are old, or null while they are true. */
  get oldSince(): string | null {
    return this.staleSince ?? this.lostSince;
  }

  start(): void {
    window.addEventListener("online", () => this.reconnect(0));
    void this.connect();
  }

  private async connect(): Promise<void> {
    window.clearTimeout(this.retry);
    try {
      const { url } = await post<{ url: string }>("/push-ticket");
      this.open(url);
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return;
      this.lose();
    }
  }

  private open(url: string): void {
    const socket = new WebSocket(url);
    this.socket = socket;
    this.guard();
    socket.onmessage = (message: MessageEvent<string>) => {
      if (this.socket !== socket) return;
      this.guard();
      this.take(JSON.parse(message.data) as Frame);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lose();
    };
  }

  private guard(): void {
    window.clearTimeout(this.watchdog);
    this.watchdog = window.setTimeout(() => this.lose(), SILENCE_MS);
  }

  private lose(): void {
    window.clearTimeout(this.watchdog);
    const old = this.socket;
    this.socket = null;
    old?.close();
    if (!this.lostSince) {
      this.lostSince = new Date().toISOString();
      this.tell(null);
    }
    this.failures += 1;
    const wait = Math.min(SLOWEST_RETRY_MS, 250 * 2 ** Math.min(this.failures, 6));
    this.reconnect(wait * (0.5 + Math.random() / 2));
  }

  private reconnect(wait: number): void {
    window.clearTimeout(this.retry);
    if (this.socket && wait === 0) return;
    this.retry = window.setTimeout(() => void this.connect(), wait);
  }

  private take(frame: Frame): void {
    if (frame.type === "snapshot") {
      anchor(frame.server_time);
      this.replace(frame.snapshot);
    } else if (frame.type === "tick") {
      anchor(frame.server_time);
    } else if (frame.epoch !== this.epoch && !frame.notice.type.startsWith("feed_")) {
      this.lose(); // another board than the one we copied
    } else if (frame.seq > this.seq || frame.notice.type.startsWith("feed_")) {
      if (frame.epoch === this.epoch) this.seq = Math.max(this.seq, frame.seq);
      this.apply(frame.notice);
      this.tell(frame.notice);
    }
  }

  private replace(snapshot: Snapshot): void {
    this.epoch = snapshot.epoch;
    this.seq = snapshot.seq;
    this.failures = 0;
    this.lostSince = null;
    this.staleSince = snapshot.stale_since;
    fill(this.agents, snapshot.agents, (row) => row.agent_id);
    fill(this.queues, snapshot.queues, (row) => row.name);
    learnTitles(snapshot.queues);
    fill(this.calls, snapshot.calls, (row) => row.call_id);
    fill(this.pops, snapshot.pops, (pop) => pop.call_id);
    this.loaded = true;
    this.tell(null);
  }

  private apply(notice: Notice): void {
    switch (notice.type) {
      case "agent_changed": this.agents.set(notice.agent.agent_id, notice.agent); break;
      case "queue_changed": this.changeQueue(notice.queue); break;
      case "call_changed": this.changeCall(notice.call); break;
      case "call_gone": this.letGo(notice.call_id); break;
      case "screen_popped": this.pops.set(notice.call_id, notice); break;
      case "pop_withdrawn": this.pops.delete(notice.call_id); break;
      case "feed_stale": this.staleSince = notice.since; break;
      case "feed_fresh": this.staleSince = null; break;
      case "agent_told":
      case "call_recorded": break;
    }
  }

  private changeQueue(queue: QueueRow): void {
    if (queue.is_over) this.queues.delete(queue.name);
    else this.queues.set(queue.name, queue);
  }

  private changeCall(call: CallRow): void {
    if (this.own !== null && call.agent_id !== this.own) this.letGo(call.call_id);
    else this.calls.set(call.call_id, call);
  }

  private letGo(callId: string): void {
    this.calls.delete(callId);
    this.pops.delete(callId);
  }

  private tell(notice: Notice | null): void {
    for (const listener of this.listeners) listener({ notice });
  }
}

function fill<Row>(map: Map<string, Row>, rows: Row[], key: (row: Row) => string): void {
  map.clear();
  for (const row of rows) map.set(key(row), row);
}
