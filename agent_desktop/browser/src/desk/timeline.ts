// All that happened with a customer, newest first, on every channel.

import { h, icon } from "../page/dom";
import { empty } from "../page/parts";
import type { TimelineItem } from "../wire/shapes";
import { duration, exactly, when } from "../words/format";
import { t } from "../words/i18n";
import { queueTitle } from "../words/titles";
import { channelIcon, channelWord, directionWord } from "../words/trade";

const PAGES: Record<string, string> = {
  call: "/calls/", ticket: "/tickets/", statement: "/statements/",
};

export function timelineList(items: TimelineItem[]): HTMLElement {
  if (!items.length) {
    return empty("history", t("Nothing yet"), t("This is the first contact we know of."));
  }
  return h("ol", { class: "timeline-list" }, items.map(row));
}

function row(item: TimelineItem): HTMLElement {
  const page = PAGES[item.object_kind];
  const title = subjectOf(item);
  return h("li", { class: `moment is-${item.channel}` },
    h("span", { class: "moment-mark" }, icon(channelIcon(item.channel))),
    h("time", { class: "moment-at", datetime: item.at, title: exactly(item.at) }, when(item.at)),
    h("span", { class: "moment-what", title },
      page && item.object_id ? h("a", { href: `${page}${item.object_id}` }, title) : title),
    h("span", { class: "moment-channel" },
      [channelWord(item.channel), item.direction && directionWord(item.direction)]
        .filter(Boolean).join(" · ")),
    item.summary && h("p", { class: "moment-summary" }, summaryOf(item)));
}

/** The subject, with the queue's slug at its head as people name the queue. */
function subjectOf(item: TimelineItem): string {
  const [head = "", ...rest] = item.subject.split(" · ");
  return [queueTitle(head), ...rest].join(" · ") || channelWord(item.channel);
}

/** A call's bare seconds are told as people read a duration. */
function summaryOf(item: TimelineItem): string {
  const seconds = /^(\d+) s$/.exec(item.summary);
  return seconds ? t("talked {time}", { time: duration(Number(seconds[1])) }) : item.summary;
}
