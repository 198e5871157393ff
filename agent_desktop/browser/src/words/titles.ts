// The queues' titles by their slugs, learnt from the feed, for texts that know only the slug.

import { titled } from "./i18n";

interface Titled {
  name: string;
  title: string;
  title_en: string;
}

const titles = new Map<string, string>();

export function learnTitles(rows: Iterable<Titled>): void {
  for (const row of rows) titles.set(row.name, titled(row));
}

/** The title of a queue, or the text itself when it names none. */
export function queueTitle(name: string): string {
  return titles.get(name) ?? name;
}
