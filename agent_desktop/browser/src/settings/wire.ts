// Reads and writes the configuration.

import { toast } from "../page/toast";
import { get, post, put } from "../wire/api";
import type { Page } from "../wire/shapes";
import { t } from "../words/i18n";
import type {
  AgentDocument, Change, Checked, Configured, Kind, Problem, QueueDocument, ReasonDocument, Saved,
  SkillDocument, Version,
} from "./shapes";

export interface Documents {
  queue: QueueDocument;
  agent: AgentDocument;
  skill: SkillDocument;
  reason: ReasonDocument;
}

const root = (kind: Kind) => `/configuration/${kind}s`;
const place = (kind: Kind, key: string) => `${root(kind)}/${encodeURIComponent(key)}`;

export async function readAll<K extends Kind>(
  kind: K, stop?: AbortSignal,
): Promise<Configured<Documents[K]>[]> {
  return (await get<Page<Configured<Documents[K]>>>(root(kind), stop)).items;
}

export const readOne = <K extends Kind>(kind: K, key: string, stop?: AbortSignal) =>
  get<Configured<Documents[K]>>(place(kind, key), stop);

export async function readVersions<K extends Kind>(
  kind: K, key: string,
): Promise<Version<Documents[K]>[]> {
  return (await get<Page<Version<Documents[K]>>>(`${place(kind, key)}/versions`)).items;
}

export async function readPrompts(stop?: AbortSignal): Promise<string[]> {
  return (await get<Page<string>>("/configuration/prompts", stop)).items;
}

export async function readProblems(stop?: AbortSignal): Promise<Problem[]> {
  return (await get<Page<Problem>>("/configuration/check", stop)).items;
}

export async function readDifference(
  kind: Kind, key: string, before: number, after: number,
): Promise<Change[]> {
  const path = `${place(kind, key)}/difference?before=${before}&after=${after}`;
  return (await get<Page<Change>>(path)).items;
}

export const checkDraft = (kind: Kind, key: string, document: unknown, agents?: string[]) =>
  post<Checked>("/configuration/check", {
    kind, key, [kind]: document, ...(agents ? { agents } : {}) });

export interface Wish { expected_version: number; note: string }

export const save = <K extends Kind>(
  kind: K, key: string, wish: Wish & { document: Documents[K]; agents?: string[] },
) => put<Saved<Documents[K]>>(place(kind, key), wish);

export const create = <K extends Kind>(kind: K, body: unknown) =>
  post<Saved<Documents[K]>>(root(kind), body);

export const archive = <K extends Kind>(kind: K, key: string, wish: Wish) =>
  post<Saved<Documents[K]>>(`${place(kind, key)}/archive`, wish);

export const rollBack = <K extends Kind>(kind: K, key: string, wish: Wish & { version: number }) =>
  post<Saved<Documents[K]>>(`${place(kind, key)}/roll-back`, wish);

export const closeQueue = (key: string, closed: boolean) =>
  post<Saved<QueueDocument>>(`${place("queue", key)}/close`, { closed });

/** Say that it is saved, and whether it is obeyed already. */
export function tellSaved(saved: Saved<unknown>): void {
  if (!saved.applied) {
    toast(t("Saved. The call engine is away and will obey when it is back."), "warning");
  } else if (saved.remark === "asterisk_not_told") {
    toast(t("Saved and obeyed. Asterisk does not know the changed phones yet: run “callcenter asterisk render” where it runs, and reload it."), "warning");
  } else if (saved.remark) toast(saved.remark, "warning");
  else toast(t("Saved. The next call obeys."), "done");
}
