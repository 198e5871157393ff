// What a page's script is given, and which script belongs to which page.

import type { DeskSession } from "../desk/session";
import type { Feed } from "../wire/feed";
import type { Me } from "../wire/shapes";

export interface PageContext {
  root: HTMLElement; // <main>, with the server's data-… on it
  signal: AbortSignal; // ends when the person goes to another page
  desk: DeskSession | null; // null for one without a phone
  feed: Feed;
  me: Me;
}

export type Mount = (page: PageContext) => void;

const SCRIPTS: Record<string, () => Promise<{ mount: Mount }>> = {
  agent: () => import("../desk/page"),
  board: () => import("../board/page"),
  customers: () => import("../records/customers"),
  customer: () => import("../records/customer"),
  tickets: () => import("../records/tickets"),
  ticket: () => import("../records/ticket"),
  calls: () => import("../records/calls"),
  messages: () => import("../records/messages"),
  call: () => import("../records/call"),
  reports: () => import("../records/reports"),
  "what-if": () => import("../records/what-if"),
  statements: () => import("../records/statements"),
  statement: () => import("../records/statement"),
  numbers: () => import("../numbers/list"),
  number: () => import("../numbers/editor"),
  settings: () => import("../settings/page"),
  flows: () => import("../flows/list"),
  prompts: () => import("../prompts/page"),
  flow: () => import("../flows/editor"),
};

export async function mountPage(context: PageContext): Promise<void> {
  const load = SCRIPTS[context.root.dataset["page"] ?? ""];
  const script = await load?.();
  if (context.signal.aborted) return;
  script?.mount(context);
  context.root.dataset["mounted"] = "yes";
}
