// Who is on the line, as far as the card, the board and the phone can tell.

import { phone } from "../words/format";
import { t } from "../words/i18n";
import type { CardMatch } from "../wire/shapes";
import type { Current } from "./session";

export interface Person {
  name: string;
  number: string;
}

export function who(now: Current): Person {
  const called = now.row?.direction === "outbound" ? now.row.dialled_number : "";
  const number = called || now.pop?.caller_number || now.row?.caller_number
    || now.line?.number || "";
  const spoken = number === "anonymous" ? "" : number;
  return { name: nameOf(now, spoken), number: spoken };
}

function nameOf(now: Current, number: string): string {
  const matches = matchesOf(now);
  if (matches.length === 1 && matches[0]) return matches[0].name;
  if (matches.length > 1) return t("{n} possible customers", { n: matches.length });
  return now.row?.customer || now.pop?.caller_name || now.line?.name
    || (number ? phone(number) : t("number withheld"));
}

export function matchesOf(now: Current): CardMatch[] {
  return now.pop?.card.matches ?? [];
}
