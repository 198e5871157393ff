// The shapes the server speaks: /api/v1 answers and the push feed's frames.

export type AgentState =
  | "offline" | "ready" | "not_ready" | "offered" | "talking" | "holding" | "consulting"
  | "wrap_up";
export type CallState = "menu" | "waiting" | "offered" | "talking" | "held";

export interface AgentRow {
  agent_id: string;
  name: string;
  extension: string;
  state: AgentState;
  reason: string;
  since: string;
  queues: string[];
  own_queues: string[];
  call_id: string | null;
  consult_call_id: string | null;
  phone_ready: boolean;
  trouble: string;
  next_state: AgentState | null;
  wanted_reason: string;
  set_by: string;
  set_by_name: string;
  reason_ends_at: string | null;
  wrap_up_ends_at: string | null;
  wrap_up_kind: "" | "none" | "optional" | "mandatory" | "timed" | "timed_forced";
  wrap_up_asked: boolean;
  may_extend: boolean;
}

export interface QueueRow {
  name: string;
  title: string;
  title_en: string;
  waiting: number;
  oldest_since: string | null;
  ready: number;
  offered: number;
  talking: number;
  wrap_up: number;
  not_ready: number;
  offered_today: number;
  answered_today: number;
  abandoned_today: number;
  overflowed_today: number;
  short_abandoned_today: number;
  is_open: boolean;
  callbacks: number;
  wait_low: number | null;
  wait_high: number | null;
  wait_error: number | null;
  wait_coverage: number | null;
  in_target_today: number;
  level_today: number | null;
  target_seconds: number;
  target_share: number;
  unevenness: number | null;
  is_over: boolean; // archived, and nobody is left in it
}

export interface CallbackItem {
  callback_id: string;
  queue: string;
  number: string;
  caller_name: string;
  waits_since: string;
  not_before: string | null;
  expires_at: string;
  state: string;
  tries: number;
  agent_id: string | null;
  agent_name: string;
}

export interface CallRow {
  call_id: string;
  state: CallState;
  direction: string;
  caller_number: string;
  caller_name: string;
  customer: string;
  dialled_number: string;
  queue: string;
  agent_id: string;
  started_at: string;
  queued_at: string | null;
  answered_at: string | null;
}

export interface CardMatch {
  contact_id: string;
  account_id: string | null;
  name: string;
  account_name: string;
  grade: string;
  vip: boolean;
  level: "known" | "maybe";
}

export interface TimelineItem {
  at: string;
  channel: string;
  direction: string;
  subject: string;
  summary: string;
  object_kind: string;
  object_id: string | null;
}

export interface OpenTicket {
  ticket_id: string;
  number: number;
  subject: string;
  status: string;
  priority: string;
  opened_at: string;
}

export interface CallerCard {
  number: string;
  raw_number: string;
  known: boolean;
  matches: CardMatch[];
  open_tickets: OpenTicket[];
  unpaid_orders: string[];
  timeline: TimelineItem[];
  tags: string[];
}

export interface Pop {
  agent_id: string;
  call_id: string;
  queue: string;
  caller_number: string;
  caller_name: string;
  ring_seconds: number;
  card: Partial<CallerCard>;
  data: Record<string, string>;
  why: string;
}

export type Notice =
  | { type: "agent_changed"; agent: AgentRow }
  | { type: "queue_changed"; queue: QueueRow }
  | { type: "call_changed"; call: CallRow }
  | { type: "call_gone"; call_id: string; agent_id: string; outcome: string }
  | ({ type: "screen_popped" } & Pop)
  | { type: "pop_withdrawn"; agent_id: string; call_id: string; reason: string }
  | { type: "lead_told"; agent_id: string; level: "info" | "warning" | "error"; code: string;
      detail: Record<string, string> }
  | { type: "agent_told"; agent_id: string; level: "info" | "warning" | "error"; code: string;
      detail: Record<string, string> }
  | { type: "call_recorded"; call_id: string }
  | { type: "feed_stale"; since: string }
  | { type: "feed_fresh" };

export interface Snapshot {
  epoch: string;
  seq: number;
  at: string;
  stale_since: string | null;
  agents: AgentRow[];
  queues: QueueRow[];
  calls: CallRow[];
  pops: Pop[];
}

export type Frame =
  | { type: "snapshot"; snapshot: Snapshot; server_time: string }
  | { type: "notice"; epoch: string; seq: number; at: string; notice: Notice }
  | { type: "tick"; server_time: string };

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

export interface User {
  id: string;
  username: string;
  display_name: string;
  roles: string[];
  extension: string | null;
  language: string;
  permissions: Record<string, string>;
}

export interface Me {
  user: User;
  agent: AgentRow | null;
  queues: QueueRow[];
  titles: { name: string; title: string; title_en: string }[]; // of all queues there are or were
  server_time: string;
  stale_since: string | null;
}

export interface PhoneCredential {
  endpoint: string;
  uri: string;
  ws_url: string;
  realm: string;
  password: string;
  display_name: string;
  expires_at: string;
  ice_servers: RTCIceServer[];
}

export interface DemoCredential extends PhoneCredential {
  service_numbers: { number: string; title: string; title_en: string }[];
  callers: { number: string; name: string; name_en?: string }[];
}

export interface Choice {
  code: string;
  label: string;
  label_en: string;
}

/** One step of how a charge came about; `detail` is English, `figures` are for other words. */
export interface ChargeStep {
  code: string;
  detail: string;
  amount: string | null;
  figures: Record<string, string>;
}

export interface Charge {
  state: "rated" | "unrated";
  amount: string | null;
  currency: string;
  answered_seconds: string;
  billed_seconds: number;
  explanation: ChargeStep[];
  reason: string;
}

export * from "./records";
