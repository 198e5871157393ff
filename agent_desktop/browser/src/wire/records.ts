// The records /api/v1 keeps: calls, customers, tickets, statements, reports.

import type { Charge, OpenTicket } from "./shapes";

export interface CallItem {
  call_id: string;
  state: string;
  direction: string;
  caller_number: string;
  caller_name: string;
  dialled_number: string;
  queue: string;
  agent_id: string | null;
  agent_name: string;
  contact_id: string | null;
  contact_name: string;
  account_name: string;
  started_at: string;
  queued_at: string | null;
  answered_at: string | null;
  ended_at: string | null;
  waited_seconds: number | null;
  talked_seconds: number | null;
  outcome: string;
  hung_up_by: string;
  disposition: string;
}

export interface VoiceMessage {
  message_id: string;
  call_id: string;
  at: string;
  queue: string;
  number: string;
  language: string;
  seconds: number;
  contact_id: string | null;
  contact_name: string;
  ticket_id: string | null;
  ticket_number: number | null;
  ticket_status: string;
  heard_at: string | null;
  heard_by: string;
  done_at: string | null;
  done_by: string;
}

export interface CallLeg {
  channel: string;
  uniqueid: string;
  device: string;
  role: string;
  agent_id: string | null;
  started_at: string;
  answered_at: string | null;
  ended_at: string | null;
  cause: number | null;
}

export interface CallDetail extends CallItem {
  note: string;
  incomplete: boolean;
  data: Record<string, string>;
  legs: CallLeg[];
  events: { at: string; kind: string; payload: Record<string, unknown> }[];
  tickets: { ticket_id: string; number: number; subject: string; status: string }[];
  charge: Charge | null;
}

export interface CustomerItem {
  contact_id: string;
  name: string;
  account_id: string | null;
  account_name: string;
  grade: string;
  vip: boolean;
  numbers: string[];
  tags: string[];
}

export interface ContactPoint {
  id: string;
  kind: string;
  value: string;
  raw: string;
  extension: string;
  label: string;
  is_primary: boolean;
  do_not_contact: boolean;
}

export interface CustomerDetail extends CustomerItem {
  role: string;
  note: string;
  owner: string;
  owner_name: string;
  row_version: number;
  contact_points: ContactPoint[];
  open_tickets: OpenTicket[];
  unpaid_orders: string[];
}

export interface TicketItem extends OpenTicket {
  type: string;
  contact_id: string | null;
  contact_name: string;
  owner_id: string | null;
  owner_name: string;
  updated_at: string | null;
  closed_at: string | null;
}

export interface TicketEvent {
  position: number;
  kind: string;
  at: string;
  user_name: string;
  body: string;
  changes: Record<string, [unknown, unknown]>;
}

export interface TicketDetail extends TicketItem {
  body: string;
  row_version: number;
  call_ids: string[];
  events: TicketEvent[];
}

export interface StatementItem {
  statement_id: string;
  account_id: string | null;
  account_name: string;
  month: string;
  currency: string;
  state: "draft" | "issued";
  number: string | null;
  issued_at: string | null;
  total: string;
  calls: number;
  unrated: number;
}

export interface StatementLine {
  call_id: string;
  at: string;
  direction: string;
  number: string;
  contact_name: string;
  kind: "rated" | "reversal";
  answered_seconds: string;
  billed_seconds: number;
  amount: string;
}

export interface StatementDetail extends StatementItem {
  lines: StatementLine[];
}

export interface QueueFigures {
  offered: number;
  answered: number;
  abandoned: number;
  in_target: number;
  service_level: number | null;
  asa_seconds: number | null;
  longest_wait_seconds: number | null;
  aht_seconds: number | null;
  unevenness: number | null; // of its agents: the Gini coefficient of their occupancy
}

export interface QueueReportRow extends QueueFigures {
  start: string;
  queue: string;
}

export interface AgentFigures {
  answered: number;
  missed: number;
  talked_seconds: number;
  aht_seconds: number | null;
  signed_in_seconds: number | null;
  not_ready_seconds: number | null;
  unpaid_seconds: number | null;
  reason_seconds: Record<string, number>;
  occupancy: number | null;
}

export interface AgentReportRow extends AgentFigures {
  start: string;
  agent_id: string;
  agent_name: string;
}

export interface Report<Row, Figures> {
  rows: Row[];
  totals: Figures;
  unevenness?: number | null; // of agents: the Gini coefficient of their occupancy
}
