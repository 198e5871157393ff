// All that happened with a customer, newest first, on every channel.

import { h, icon } from "../page/dom";
import { empty } from "../page/parts";
import type { TimelineItem } from "../wire/shapes";
import { exactly, when } from "../words/format";
import { t } from "../words/i18n";
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
  const title = item.subject || channelWord(item.channel);
  return h("li", { class: `moment is-${item.channel}` },
    h("span", { class: "moment-mark" }, icon(channelIcon(item.channel))),
    h("time", { class: "moment-at", datetime: item.at, title: exactly(item.at) }, when(item.at)),
    h("span", { class: "moment-what", title },
      page && item.object_id ? h("a", { href: `${page}${item.object_id}` }, title) : title),
    h("span", { class: "moment-channel" },
      [channelWord(item.channel), item.direction && directionWord(item.direction)]
        .filter(Boolean).join(" · ")),
    item.summary && h("p", { class: "moment-summary" }, item.summary));
}
