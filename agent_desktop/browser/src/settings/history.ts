// The history of one thing: who set what when, and back to any version.

import { confirmAct, openDialog } from "../page/dialog";
import { fill, h } from "../page/dom";
import { button, skeleton } from "../page/parts";
import { tellFailure } from "../page/toast";
import { exactly, when } from "../words/format";
import { t } from "../words/i18n";
import type { Change, Configured, Kind, Version } from "./shapes";
import { type Documents, readVersions, rollBack, tellSaved } from "./wire";
import { NOTHING, pathWords, valueWords } from "./words";

/** Open the drawer; `done` is called when an older version was brought back. */
export async function openHistory<K extends Kind>(
  kind: K, seen: Configured<Documents[K]>, locked: boolean, done: () => void,
): Promise<void> {
  const dialog = openDialog(t("History"), "dialog-drawer", skeleton(6));
  try {
    const versions = await readVersions(kind, seen.key);
    const back = async (version: Version<Documents[K]>) => {
      const question = t("Set it as it was in version {n}?", { n: version.version });
      if (!await confirmAct(question, t("Roll back"))) return;
      try {
        const wish = { expected_version: versions[0]?.version ?? 1, version: version.version,
          note: t("as in version {n}", { n: version.version }) };
        tellSaved(await rollBack(kind, seen.key, wish));
        dialog.close();
        done();
      } catch (error) {
        tellFailure(error);
      }
    };
    fill(dialog.body, h("ol", { class: "version-list" }, versions.map((version, place) =>
      entry(version, place === 0, locked, () => void back(version)))));
  } catch (error) {
    dialog.close();
    tellFailure(error);
  }
}

function entry<Document>(
  version: Version<Document>, newest: boolean, locked: boolean, back: () => void,
): HTMLElement {
  return h("li", { class: "version" },
    h("div", { class: "version-head" },
      h("strong", {}, t("Version {n}", { n: version.version })),
      h("span", {}, version.changed_by_name || t("the system")),
      version.changed_at && h("time", { datetime: version.changed_at, title: exactly(version.changed_at) },
        when(version.changed_at)),
      newest ? h("span", { class: "chip s-ready" }, h("span", {}, t("in force")))
        : !locked && button(t("Roll back"), "arrow-back-up", back, { class: "btn-small" })),
    version.note && h("p", { class: "save-note" }, `“${version.note}”`),
    version.archived && h("p", { class: "muted" }, t("put out of use")),
    version.changes.length ? changeList(version.changes)
      : !version.archived && h("p", { class: "muted" }, t("as it was made")));
}

interface Line { path: string; before: string; after: string }

/** What changed, a line for each value; a part that came or went as a whole is one line. */
export function changeList(changes: Change[]): HTMLElement {
  const told = changes.map(({ path, before, after }): Line =>
    ({ path, before: valueWords(before, path), after: valueWords(after, path) }));
  return h("ul", { class: "change-list" }, wholeParts(told).filter((one) => one.before !== one.after).map((one) => h("li", {},
    h("span", { class: "change-path" }, pathWords(one.path)),
    h("del", {}, one.before), h("span", { "aria-hidden": "true" }, "→"), h("ins", {}, one.after))));
}

/** Put the values of one row of a list into one line, where all of them are new or all are gone. */
function wholeParts(lines: Line[]): Line[] {
  const rowOf = ({ path }: Line) => /^(.*\.\d+|seats\.[^.]+)\.[^.]+$/.exec(path)?.[1] ?? "";
  const found: Line[] = [];
  for (const line of lines) {
    const row = rowOf(line);
    if (row && found.some((one) => one.path === row)) continue;
    const part = row ? lines.filter((one) => rowOf(one) === row) : [];
    const side = part.every((one) => one.before === NOTHING) ? "after" : part.every((one) => one.after === NOTHING) ? "before" : "";
    if (part.length < 2 || !side) {
      found.push(line);
      continue;
    }
    const words = part.filter((one) => one[side] !== NOTHING)
      .map((one) => `${pathWords(one.path.slice(row.length + 1))} ${one[side]}`).join(" · ");
    found.push({ path: row, before: NOTHING, after: NOTHING, [side]: words });
  }
  return found;
}
