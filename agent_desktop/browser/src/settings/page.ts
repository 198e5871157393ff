// The settings: queues, agents, skills and reasons; which of them, the address says.

import { fill, h } from "../page/dom";
import type { Mount, PageContext } from "../page/mount";
import { empty } from "../page/parts";
import { t } from "../words/i18n";
import { showAgent, showAgents } from "./agents";
import { showMatrix } from "./matrix";
import { showQueue } from "./queue";
import { showQueues } from "./queues";
import { showReason, showReasons } from "./reasons";
import { showSkill } from "./skills";

type Shown = (page: PageContext, key: string) => void;

const LISTS: Record<string, Shown> = {
  "": showQueues, queues: showQueues, agents: showAgents, skills: showMatrix, reasons: showReasons,
};
const ONES: Record<string, Shown> = {
  queues: showQueue, agents: showAgent, skills: showSkill, reasons: showReason,
};

export const mount: Mount = (page) => {
  const [, , part = "", key = ""] = location.pathname.split("/");
  const shown = key ? ONES[part] : LISTS[part];
  if (shown) shown(page, decodeURIComponent(key));
  else fill(page.root, h("div", {}, empty("mood-empty", t("There is no such page here."))));
};
