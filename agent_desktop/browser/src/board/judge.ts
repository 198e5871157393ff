// Where does it burn? Judges each queue from its row alone; pure.

import type { QueueRow } from "../wire/shapes";
import { duration } from "../words/format";
import { nt, t } from "../words/i18n";

export type Heat = "calm" | "warm" | "hot";

export interface Judgement {
  heat: Heat;
  alarm: string; // in words, "" when calm
  score: number; // the worst first
}

/** Agents who could take a call of this queue now or soon. */
export function staffed(queue: QueueRow): number {
  return queue.ready + queue.offered + queue.talking + queue.wrap_up;
}

export function serviceLevel(queue: QueueRow): number | null {
  return queue.level_today;
}

/** Judge a queue; `now` in milliseconds on the server's clock. */
export function judge(queue: QueueRow, now: number): Judgement {
  const wait = queue.oldest_since ? Math.max(0, (now - Date.parse(queue.oldest_since)) / 1000) : 0;
  const late = wait / Math.max(1, queue.target_seconds);
  const level = serviceLevel(queue);
  const short = level !== null && queue.offered_today >= 5 ? queue.target_share - level : 0;
  const score = queue.waiting * 2 + late * 10 + Math.max(0, short) * 20;
  if (queue.waiting && late > 2) {
    return { heat: "hot", score: score + 1000, alarm: t("waiting too long: {time}",
      { time: duration(wait) }) };
  }
  if (queue.waiting && !staffed(queue)) {
    return { heat: "hot", score: score + 900, alarm: t("nobody serves it") };
  }
  if (queue.waiting && late > 1) {
    return { heat: "warm", score: score + 500, alarm: t("over the target wait") };
  }
  if (queue.waiting > queue.ready && !queue.ready) {
    return { heat: "warm", score: score + 300, alarm: t("nobody is ready") };
  }
  if (short > 0.1) return { heat: "warm", score: score + 100, alarm: t("service level is low today") };
  return { heat: "calm", score, alarm: "" };
}

/** What a caller who comes now may have to wait, in seconds; null when it cannot be said. */
export function expectedWait(queue: QueueRow, handleSeconds: number | null): number | null {
  if (queue.ready > queue.waiting) return 0;
  const busy = staffed(queue);
  if (!busy || !handleSeconds) return null;
  return ((queue.waiting + 1 - queue.ready) * handleSeconds) / busy;
}

/** One sentence for the whole board: the answer to its first question. */
export function headline(queues: QueueRow[], now: number, name: (queue: QueueRow) => string): {
  heat: Heat; words: string;
} {
  const judged = queues.map((queue) => ({ queue, its: judge(queue, now) }))
    .sort((a, b) => b.its.score - a.its.score);
  const worst = judged[0];
  if (!worst || worst.its.heat === "calm") {
    const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
    return { heat: "calm", words: waiting ? nt("All calm, {n} waiting", "All calm, {n} waiting", waiting)
      : t("All calm, nobody waits") };
  }
  return { heat: worst.its.heat, words: t("{queue}: {alarm}",
    { queue: name(worst.queue), alarm: worst.its.alarm }) };
}
