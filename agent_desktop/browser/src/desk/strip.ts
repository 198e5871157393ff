// The top strip: the queues of this desk, and how old the figures are.

import type { Feed } from "../wire/feed";
import { fill, find, h, icon } from "../page/dom";
import { onChange } from "../page/refill";
import { since } from "../wire/clock";
import type { QueueRow } from "../wire/shapes";
import { clockTime } from "../words/format";
import { nt, t, titled } from "../words/i18n";

/** The queues of this desk and their waits. */
export function startQueueStrip(feed: Feed, mine: () => string[]): void {
  const place = find("#queue-strip");
  const draw = onChange<QueueRow[]>((rows) => fill(place, rows.map(queuePart)));
  feed.watch(() => draw([...feed.queues.values()]
    .filter((queue) => !mine().length || mine().includes(queue.name))
    .sort((a, b) => b.waiting - a.waiting).slice(0, 3)));
}

function queuePart(queue: QueueRow): HTMLElement {
  return h("a", { class: `strip-queue ${queue.waiting ? "has-wait" : ""}`, href: "/board",
    title: titled(queue) },
    h("span", { class: "strip-title" }, titled(queue)),
    h("span", { class: "strip-wait" }, nt("{n} waiting", "{n} waiting", queue.waiting)),
    queue.oldest_since && since(queue.oldest_since, queue.target_seconds));
}

/** Grey the figures and say since when, while they are old. */
export function startAgeNotice(feed: Feed): void {
  const place = find("#feed-age");
  const draw = onChange<string | null>((old) => {
    document.body.classList.toggle("is-stale", old !== null);
    fill(place, old && [icon("wifi-off"), h("span", {},
      t("Old figures, since {time}. Reconnecting…", { time: clockTime(old) }))]);
  });
  feed.watch(() => draw(feed.oldSince));
}
