// A call's events and what they carry, in the reader's language.

import type { AgentState } from "../wire/shapes";
import { t } from "../words/i18n";
import { queueTitle } from "../words/titles";
import { outcomeWord, partyWord, stateWord } from "../words/trade";

const HIDDEN = new Set(["call_id", "agent_id", "set_by", "flow", "version"]); // ids are no news

export function eventWord(kind: string, direction = "inbound"): string {
  switch (kind) {
    case "offered": case "call_offered": return direction === "inbound" ? t("reached us") : t("was dialled");
    case "queued": case "call_queued": return t("entered the queue");
    case "ringing": case "agent_ringing": return t("rang an agent");
    case "missed": case "agent_missed_call": return t("was not taken");
    case "answered": case "call_answered": return t("was answered");
    case "held": case "call_held": return t("was put on hold");
    case "transferred": case "call_transferred": return t("was handed on");
    case "agent_left": return t("the agent left");
    case "ivr_step": return t("step of the menu");
    case "offered_to_agent": return t("given to an agent");
    case "wrap_up_extended": return t("wrap-up was extended");
    case "next_state_chosen": return t("chose what to be after the call");
    case "resumed": return t("was taken back");
    case "left": return t("a phone left");
    case "abandoned": case "call_abandoned": return t("the caller gave up");
    case "ended": case "call_ended": return t("ended");
    default: return kind.replaceAll("_", " ");
  }
}

/** What an event carries, on one line. */
export function eventFigures(payload: Record<string, unknown>): string {
  return Object.entries(payload)
    .filter(([name, value]) => !HIDDEN.has(name) && value !== "" && value !== null && value !== 0)
    .map(([name, value]) => `${figureName(name)} ${figureWord(name, value)}`.trim())
    .join(" · ");
}

function figureName(name: string): string {
  switch (name) {
    case "queue": return t("queue");
    case "priority": return t("priority");
    case "device": return "";
    case "reason": return "";
    case "kind": return "";
    case "by": return t("by");
    case "to": return t("to");
    case "target": return t("to");
    case "outcome": return "";
    case "hung_up_by": return t("hung up by");
    case "cause": return t("cause");
    case "node": return t("step");
    case "what": case "state": case "brought": return "";
    case "input": return t("input");
    case "seconds": return t("seconds");
    default: return name.replaceAll("_", " ");
  }
}

function figureWord(name: string, value: unknown): string {
  if (name === "brought") return broughtWord(value as Brought);
  if (typeof value === "object") return JSON.stringify(value);
  const word = String(value);
  switch (name) {
    case "outcome": return outcomeWord(word);
    case "hung_up_by": return partyWord(word);
    case "reason": return reasonWord(word);
    case "kind": return kindWord(word);
    case "state": return stateWord(word as AgentState);
    case "queue": return queueTitle(word);
    default: return word;
  }
}

/** What a call brought to its queue: its priority with the customer's, and steps of its own. */
interface Brought { priority?: number; steps?: [needs: string, seconds: number | null][] }

function broughtWord({ priority, steps }: Brought): string {
  const words = (steps ?? []).map(([needs]) => needs || t("anyone")).join(" → ");
  return [priority ? `${t("priority in all")} ${priority}` : "", words].filter(Boolean).join(" · ");
}

function reasonWord(reason: string): string {
  switch (reason) {
    case "no_answer": return t("no answer");
    case "busy": return t("busy");
    case "rejected": return t("declined");
    case "unavailable": return t("not reachable");
    case "cancelled": return t("cancelled");
    case "closed": return t("closed");
    case "full": return t("the queue is full");
    case "nobody": return t("nobody is signed in");
    case "waited": return t("waited too long");
    default: return reason;
  }
}

function kindWord(kind: string): string {
  switch (kind) {
    case "blind": return t("without asking first");
    case "attended": return t("after asking first");
    case "park": return t("parked");
    default: return kind;
  }
}
