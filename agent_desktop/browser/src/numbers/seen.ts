// What a test of a call's way saw, in the reader's language.

import { t } from "../words/i18n";
import { phone } from "../words/format";
import type { Tested } from "./shapes";
import { days, word } from "./words";

/** Words for the code of what was seen; older records hold words already. */
export function seenWords({ seen, values = [] }: Tested): string {
  const [first = "", second = "", third = "", fourth] = values;
  switch (seen) {
    case "": return "";
    case "open": return because(t("open for calls"), first, second);
    case "closed": return because(t("closed for calls"), first, second);
    case "weekday": return word(days(), String(first));
    case "number": return [phone(String(first)), second].filter(Boolean).join(" ");
    case "anonymous": return t("number withheld");
    case "listed": return String(first) || t("on the block list");
    case "not_listed": return t("not on the block list");
    case "vip": return t("a VIP");
    case "known": return t("a known customer");
    case "not_known": return t("an unknown caller");
    case "calls": return t("{n} calls within {hours} h", { n: first, hours: second });
    case "up": return t("in operation");
    case "down": return t("switched off");
    case "unknown": return t("nobody could say in time");
    case "share": return fourth === undefined ? t("share {n} of {all}: {percent} %", { n: first, all: second, percent: third })
      : t("share {n} of {all}: {percent} %, for share {other}", { n: first, all: second, percent: third, other: fourth });
    case "all_closed": return t("every share is closed");
    case "time": case "date": case "holiday": case "value": case "note": return String(first);
    default: return seen;
  }
}

function because(state: string, by: string | number, name: string | number): string {
  const why = by === "week" ? t("weekly hours") : by === "holiday" ? t("public holiday") : by === "exception" ? t("exception") : "";
  return [[state, why].filter(Boolean).join(" · "), name].filter(Boolean).join(" ");
}
