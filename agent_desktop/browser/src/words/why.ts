// Why this agent was chosen, from the engine's English sentence into the reader's words.

import { t } from "./i18n";

type Say = (parts: string[]) => string;

const SENTENCES: [RegExp, Say][] = [
  [/^Only free agent in (\S+), idle ([\d:]+)/, ([queue = "", time = ""]) =>
    t("only you are free, idle {time}", { queue, time })],
  [/^Longest idle \(([\d:]+)\) of (\d+) free agents/, ([time = "", n = ""]) =>
    t("you are idle the longest ({time}) of {n}", { time, n })],
  [/^Least occupied \((\d+) % of ready time\) of (\d+) free agents/, ([share = "", n = ""]) =>
    t("you are the least occupied ({share} %) of {n}", { share, n })],
  [/^Next in turn of (\d+) free agents/, ([n = ""]) => t("it is your turn among {n}", { n })],
  [/^Next by weight of (\d+) free agents/, ([n = ""]) => t("next by weight among {n}", { n })],
  [/^Tier (\d+), longest idle in it of (\d+) free agents/, ([tier = "", n = ""]) =>
    t("tier {tier}, idle the longest in it, of {n}", { tier, n })],
  [/^Best skill \(levels (\d+) in all\) of (\d+) free agents/, ([levels = "", n = ""]) =>
    t("best skill ({levels}) of {n}", { levels, n })],
  [/^Fewest other skills \((\d+)\) of (\d+) free agents/, ([others = "", n = ""]) =>
    t("fewest other skills ({others}) of {n}", { others, n })],
  [/^Rings with (.+?) in \S+?[.,;]/, ([names = ""]) => t("rings with {names}", { names })],
  [/^Looks after this customer/, () => t("you look after this customer")],
  [/^Spoke with this customer last/, () => t("you spoke with this customer last")],
  [/^First in line in \S+ after ([\d:]+)/, ([time = ""]) =>
    t("first in line after {time}", { time })],
  [/^Handed over by (.+?)[.;]/, ([name = ""]) => t("handed over by {name}", { name })],
  [/^Rung by the fallback queue/, () => t("rung by the fallback queue")],
];

export function whyWord(why: string): string {
  for (const [pattern, say] of SENTENCES) {
    const found = pattern.exec(why);
    if (found) return say(found.slice(1));
  }
  return why;
}
