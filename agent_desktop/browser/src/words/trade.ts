// The trade's own words: states, outcomes and channels in the reader's language.

import { t } from "./i18n";

export function stateWord(state: string): string {
  switch (state) {
    case "ready": return t("Ready");
    case "not_ready": return t("Not ready");
    case "offered": return t("Ringing");
    case "talking": return t("Talking");
    case "holding": case "held": return t("On hold");
    case "consulting": return t("Consulting");
    case "wrap_up": return t("Wrap-up");
    case "offline": return t("Offline");
    case "menu": return t("In the menu");
    case "waiting": return t("Waiting");
    default: return state;
  }
}

/** The icon that goes with a state: never colour alone. */
export function stateIcon(state: string): string {
  switch (state) {
    case "ready": return "circle-check";
    case "not_ready": return "circle-minus";
    case "offered": return "bell-ringing";
    case "talking": return "phone-call";
    case "holding": case "held": return "player-pause";
    case "consulting": return "users";
    case "wrap_up": return "pencil";
    case "menu": return "grid-dots";
    case "waiting": return "clock";
    default: return "circle-dashed";
  }
}

export function outcomeWord(outcome: string | null): string {
  switch (outcome) {
    case null: case "": return t("in progress");
    case "answered": return t("answered");
    case "abandoned_in_menu": return t("gave up in the menu");
    case "ended_in_menu": return t("served by the menu");
    case "abandoned_in_queue": return t("gave up waiting");
    case "overflowed": return t("sent on by the queue");
    case "no_answer": return t("no answer");
    case "busy": return t("busy");
    case "failed": return t("failed");
    case "lost_to_restart": return t("lost to a restart");
    default: return outcome;
  }
}

/** The state colour an outcome borrows: teal talked, red lost, grey neither. */
export function outcomeState(outcome: string | null): string {
  if (outcome === "answered") return "talking";
  if (outcome === "abandoned_in_queue" || outcome === "failed" || outcome === "lost_to_restart") {
    return "alarm";
  }
  return outcome ? "not_ready" : "offered";
}

export function directionWord(direction: string): string {
  switch (direction) {
    case "inbound": return t("incoming");
    case "outbound": return t("outgoing");
    case "internal": return t("internal");
    default: return direction;
  }
}

export function directionIcon(direction: string): string {
  return direction === "outbound" ? "phone-outgoing" : direction === "internal" ? "transfer"
    : "phone-incoming";
}

export function partyWord(party: string | null): string {
  switch (party) {
    case "caller": return t("the caller");
    case "agent": return t("the agent");
    case "system": return t("the system");
    default: return t("unknown");
  }
}

export function ticketStatusWord(status: string): string {
  switch (status) {
    case "open": return t("open");
    case "pending": return t("pending");
    case "closed": return t("closed");
    default: return status;
  }
}

export function ticketStatusState(status: string): string {
  return status === "open" ? "offered" : status === "pending" ? "holding" : "not_ready";
}

export function priorityWord(priority: string): string {
  switch (priority) {
    case "low": return t("low");
    case "normal": return t("normal");
    case "high": return t("high");
    case "urgent": return t("urgent");
    default: return priority;
  }
}

export function channelIcon(channel: string): string {
  const icons: Record<string, string> = {
    call: "phone", voice: "phone", phone: "phone", ticket: "ticket", email: "mail", mail: "mail", chat: "message-circle",
    message: "message", sms: "message", note: "note", order: "shopping-cart",
    statement: "file-invoice", web: "world",
  };
  return icons[channel] ?? "history";
}

export function channelWord(channel: string): string {
  switch (channel) {
    case "call": case "voice": case "phone": return t("call");
    case "ticket": return t("ticket");
    case "email": case "mail": return t("e-mail");
    case "chat": return t("chat");
    case "note": return t("note");
    case "order": return t("order");
    default: return channel;
  }
}
