// The kinds of nodes in the reader's language, each with its drawing and its place in the palette.

import { t } from "../words/i18n";

export interface Group {
  title: string;
  kinds: string[];
}

export function groups(known: string[]): Group[] {
  const wanted: Group[] = [
    { title: t("Speak and listen"), kinds: ["play", "say", "menu", "collect", "language", "announce_recording"] },
    { title: t("Decide"), kinds: ["branch", "hours", "set"] },
    { title: t("Ask other systems"), kinds: ["identify", "log_in", "look_up", "dip"] },
    { title: t("Lead on"), kinds: ["queue", "transfer", "callback", "voicemail", "record", "survey", "flow", "return", "hang_up"] },
    { title: t("Safety"), kinds: ["operator", "error"] },
  ];
  const placed = new Set(wanted.flatMap((group) => group.kinds));
  const rest = known.filter((kind) => !placed.has(kind));
  if (rest.length) wanted.push({ title: t("More"), kinds: rest });
  return wanted.map((group) => ({ ...group, kinds: group.kinds.filter((kind) => known.includes(kind)) }));
}

export function kindWord(kind: string): string {
  switch (kind) {
    case "play": return t("Play a prompt");
    case "say": return t("Say a value");
    case "menu": return t("Menu");
    case "collect": return t("Collect digits");
    case "language": return t("Set the language");
    case "announce_recording": return t("Announce recording");
    case "branch": return t("Branch");
    case "hours": return t("Opening hours");
    case "set": return t("Set values");
    case "identify": return t("Identify the caller");
    case "log_in": return t("Account and PIN");
    case "look_up": return t("Look up a record");
    case "dip": return t("Ask an HTTP service");
    case "queue": return t("Queue");
    case "transfer": return t("Transfer");
    case "callback": return t("Offer a callback");
    case "voicemail": return t("Voicemail");
    case "record": return t("Record");
    case "survey": return t("Survey");
    case "flow": return t("Call another flow");
    case "return": return t("Return");
    case "hang_up": return t("Hang up");
    case "operator": return t("Operator");
    case "error": return t("When something fails");
    default: return kind.replaceAll("_", " ");
  }
}

export function kindIcon(kind: string): string {
  const icons: Record<string, string> = {
    play: "player-play", say: "message", menu: "grid-dots", collect: "dialpad", language: "language",
    announce_recording: "info-circle", branch: "git-branch", hours: "clock", set: "pencil",
    identify: "user-question", log_in: "key", look_up: "search", dip: "world", queue: "users",
    transfer: "arrow-forward-up", callback: "phone-outgoing", voicemail: "mail", record: "microphone",
    survey: "star-filled", flow: "route", return: "chevron-left", hang_up: "phone-off",
    operator: "headset", error: "alert-triangle",
  };
  return icons[kind] ?? "circle";
}

/** The state colour a kind borrows: what leads to people, what ends, what asks, what decides. */
export function kindColour(kind: string): string {
  if (["queue", "operator", "transfer", "callback"].includes(kind)) return "ready";
  if (["hang_up", "voicemail", "return"].includes(kind)) return "not_ready";
  if (["menu", "collect", "survey", "log_in", "record"].includes(kind)) return "offered";
  if (["branch", "hours", "set", "identify", "look_up", "dip", "flow"].includes(kind)) return "wrap_up";
  return kind === "error" ? "alarm" : "talking";
}

export function fieldWord(name: string): string {
  switch (name) {
    case "prompt": return t("Prompt");
    case "wrong": return t("At a wrong key");
    case "silent": return t("At silence");
    case "confirm": return t("To confirm");
    case "next": return t("Then");
    case "after": return t("When the agent hangs up");
    case "give_up": return t("After all tries");
    case "choices": return t("Keys");
    case "otherwise": return t("Otherwise");
    case "open": return t("When open");
    case "closed": return t("When closed");
    case "failed": return t("When it fails");
    case "found": return t("When found");
    case "missing": return t("When there is none");
    case "known": return t("When known");
    case "unknown": return t("When not known");
    case "seconds": return t("Seconds to wait");
    case "retries": return t("Tries more");
    case "barge_in": return t("A key cuts the prompt");
    case "note": return t("Note");
    case "queue": return t("Queue");
    case "priority": return t("Priority");
    case "requirements": return t("Skills asked for");
    case "data": return t("For the agent's screen");
    case "into": return t("Keep as");
    case "least": return t("Least");
    case "most": return t("Most");
    case "terminator": return t("Ended by");
    case "speech": return t("May be said, too (English)");
    case "masked": return t("Secret (never kept)");
    case "value": return t("Value");
    case "style": return t("Spoken as");
    case "language": return t("Language");
    case "cases": return t("Cases");
    case "when": return t("If");
    case "zone": return t("Time zone");
    case "week": return t("Week");
    case "dates": return t("Dates");
    case "holidays": return t("Holidays of");
    case "number": return t("Number");
    case "flow": return t("Flow");
    case "url": return t("Address");
    case "method": return t("Method");
    case "send": return t("Sent along");
    case "keep": return t("Kept of the answer");
    case "stand_in": return t("Stands in when it fails");
    case "account": return t("Customer number from");
    case "pin": return t("PIN from");
    case "ok": return t("When right");
    case "locked": return t("When locked");
    case "what": return t("What is read");
    case "silence": return t("Ended by silence of, s");
    case "empty": return t("When nothing was said");
    case "compute": return t("Computed values");
    case "question": return t("Question");
    case "low": return t("A low score is at most");
    case "agent": return t("Agent's extension");
    default: return name.replaceAll("_", " ");
  }
}

/** A value that can be chosen, as a person reads it. */
export function choiceWord(value: string): string {
  switch (value) {
    case "": return t("nothing");
    case "digits": return t("single digits");
    case "yes_no": return t("yes or no");
    case "number": return t("a quantity");
    case "date": return t("a date");
    case "time": return t("a time");
    case "money": return t("money");
    case "text": return t("text");
    case "ticket": return t("Ticket");
    case "order": return t("Order");
    case "balance": return t("Balance");
    case "mon": return t("Mon");
    case "tue": return t("Tue");
    case "wed": return t("Wed");
    case "thu": return t("Thu");
    case "fri": return t("Fri");
    case "sat": return t("Sat");
    case "sun": return t("Sun");
    default: return value;
  }
}
