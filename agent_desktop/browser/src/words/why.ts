// Why this agent was chosen, from the engine's English sentence into the reader's words.

import { t } from "./i18n";

type Say = (parts: string[]) => string;

const SENTENCES: [RegExp, Say][] = [
  [/^Only free agent in (\S+), idle ([\d:]+)/, ([queue = "", time = ""]) =>
    t("only you are free, idle {time}", { queue, time })],
  [/^Longest idle \(([\d:]+)\) of (\d+) free agents/, ([time = "", n = ""]) =>
    t("you are idle the longest ({time}) of {n}", { time, n })],
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
