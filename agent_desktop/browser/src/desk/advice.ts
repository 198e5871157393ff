// The next step that the known facts suggest, each with its reason; nothing is guessed.

import { h, icon } from "../page/dom";
import { secondsSince } from "../wire/clock";
import { duration } from "../words/format";
import { nt, t } from "../words/i18n";
import type { Current } from "./session";

interface Step {
  words: string;
  why: string;
}

const LONG_WAIT = 60;

export function drawAdvice(now: Current): HTMLElement {
  const steps = nextSteps(now).slice(0, 2);
  return h("section", { class: "advice" },
    h("h2", { class: "column-title" }, icon("route"), t("Next step")),
    h("ol", { class: "advice-list" }, steps.map((step) => h("li", {},
      h("strong", {}, step.words), h("span", { class: "advice-why" }, step.why)))));
}

function nextSteps(now: Current): Step[] {
  const steps: Step[] = [];
  const card = now.pop?.card ?? {};
  const waited = waitedSeconds(now);
  if (now.pop?.data["note"]) {
    steps.push({ words: t("Read the note first"), why: t("A colleague handed this call over.") });
  }
  if (waited > LONG_WAIT) {
    steps.push({ words: t("Thank them for waiting"),
      why: t("They waited {time}.", { time: duration(waited) }) });
  }
  if ((card.matches?.length ?? 0) > 1) {
    steps.push({ words: t("Ask who is calling"),
      why: t("{n} customers share this number.", { n: card.matches?.length ?? 0 }) });
  } else if (!card.matches?.length) {
    steps.push({ words: t("Ask for the name"), why: t("This number is not known yet.") });
  } else if (card.matches[0]?.level === "maybe") {
    steps.push({ words: t("Make sure who it is"), why: t("The number only may be theirs.") });
  }
  const open = card.open_tickets?.length ?? 0;
  if (open) {
    steps.push({ words: t("Ask if it is about the open ticket"),
      why: nt("{n} ticket is open.", "{n} tickets are open.", open) });
  }
  if (card.unpaid_orders?.length) {
    steps.push({ words: t("Mention the unpaid order"), why: card.unpaid_orders.join("; ") });
  }
  if (!steps.length) {
    steps.push({ words: t("Greet and ask what it is about"), why: t("Nothing is open.") });
  }
  return steps;
}

function waitedSeconds(now: Current): number {
  const { row } = now;
  if (!row?.queued_at) return 0;
  return row.answered_at
    ? (Date.parse(row.answered_at) - Date.parse(row.queued_at)) / 1000 : secondsSince(row.queued_at);
}
