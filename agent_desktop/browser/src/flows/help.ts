// What each kind of step does, in one sentence of the reader's language.

import { t } from "../words/i18n";

/** The sentence for a kind; empty for one that is not known here. */
export function kindHelp(kind: string): string {
  switch (kind) {
    case "play": return t("Plays a prompt; a key pressed meanwhile cuts it and counts for the next question.");
    case "say": return t("Speaks a value of the call's data: as digits, number, date, time, money or text.");
    case "menu": return t("Plays a prompt and takes one key; key 0 leads to the operator unless chosen here.");
    case "collect": return t("Takes digits into the call's data; masked ones are kept nowhere.");
    case "language": return t("Speaks this language from here on.");
    case "announce_recording": return t("Tells the caller that the call is recorded; the call remembers that it was said.");
    case "branch": return t("Takes the first case whose expression is true, else the way for all others.");
    case "hours": return t("Looks at the clock: one way when open, another when closed.");
    case "set": return t("Keeps values with the call; they travel to the agent's screen.");
    case "identify": return t("Waits for the look-up of the caller; a known one's name is in the data.");
    case "log_in": return t("Checks the customer number and PIN that were entered; too many wrong ones lock it.");
    case "look_up": return t("Reads a ticket, an order or the balance of the customer who has logged in.");
    case "dip": return t("Asks an HTTP service; parts of its JSON answer go into the call's data.");
    case "queue": return t("Lets the caller wait in a queue; a higher priority is served first.");
    case "transfer": return t("Connects the caller to a number outside, or to an agent's extension.");
    case "callback": return t("Asks for a callback in a queue, to the caller's number or to one he entered.");
    case "voicemail": return t("Takes a message: a recording, a ticket, and an entry for those who call back.");
    case "record": return t("Records what the caller says, for whoever takes the call.");
    case "survey": return t("Asks for a score of one key; a low one opens a ticket for the supervisors.");
    case "flow": return t("Plays another flow from its start, which comes back here when it returns.");
    case "return": return t("Goes back to the flow that called this one; without one, to the operator.");
    case "hang_up": return t("Ends the call, after a last prompt if there is one.");
    case "operator": return t("Lets a caller who asked for a person, or said nothing, wait for one.");
    case "error": return t("Where a caller goes when a step fails or a flow runs too long.");
    default: return "";
  }
}
