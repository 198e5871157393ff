// Starts the shell: theme, keys, feed, phone, and the page inside it.

import { keepTicker } from "./board/ticker";
import { readReasons } from "./desk/reasons";
import { startStateControl } from "./desk/state";
import { startAgeNotice, startQueueStrip } from "./desk/strip";
import { startAside } from "./desk/aside";
import { sweepDrafts } from "./desk/draft";
import { startOutcomeKeeping } from "./desk/outcome";
import { DeskSession } from "./desk/session";
import { startTold } from "./desk/told";
import { who } from "./desk/who";
import { find } from "./page/dom";
import { addKeys, startKeys } from "./page/keys";
import { attachMenu } from "./page/menu";
import { mountPage } from "./page/mount";
import { type Navigation, startNavigation } from "./page/navigate";
import { startSearch } from "./page/search";
import { startTheme } from "./page/theme";
import { tellFailure } from "./page/toast";
import { PhonePanel, startClickToDial } from "./phone/panel";
import { exposePhone } from "./phone/exposed";
import { api, get } from "./wire/api";
import { Feed } from "./wire/feed";
import type { Me } from "./wire/shapes";
import { t } from "./words/i18n";
import { learnTitles } from "./words/titles";

async function readMe(): Promise<Me> {
  for (;;) {
    try {
      return await get<Me>("/me");
    } catch (error) {
      tellFailure(error);
      await new Promise((resolve) => window.setTimeout(resolve, 3000));
    }
  }
}

function startUserMenu(desk: () => DeskSession | null): void {
  attachMenu(find<HTMLButtonElement>("#user-button"), () => [
    { label: t("Keys"), icon: "keyboard", run: () => document.dispatchEvent(
      new KeyboardEvent("keydown", { key: "?", bubbles: true })) },
    { label: t("Sign out"), icon: "logout",
      ...(desk()?.line.call ? { disabled: t("after the call") } : {}),
      run: () => void signOut(desk()) },
  ]);
}

async function signOut(desk: DeskSession | null): Promise<void> {
  desk?.line.stop();
  await api("DELETE", "/session").catch(tellFailure);
  location.assign("/login");
}

function startDesk(me: Me, feed: Feed, navigation: () => Navigation | null): DeskSession {
  const desk = new DeskSession(feed, me, find<HTMLAudioElement>("#far-voice"));
  exposePhone(desk.line);
  desk.start();
  startStateControl(desk);
  startAside(desk);
  startClickToDial(desk);
  startOutcomeKeeping(desk);
  new PhonePanel(desk);
  openDeskOnPop(desk, navigation);
  return desk;
}

/** A pop brings the card to the front, unless the person is writing elsewhere. */
function openDeskOnPop(desk: DeskSession, navigation: () => Navigation | null): void {
  let told = "";
  const title = () => document.title.replace(/^☎ .* – /, "");
  desk.watch((now) => {
    const mark = now.stage === "offered" ? now.callId || "ring" : "";
    if (mark === told) return;
    told = mark;
    document.title = mark ? `☎ ${who(now).name} – ${title()}` : title();
    const writing = document.activeElement?.matches("#page input, #page textarea") ?? false;
    if (mark && location.pathname !== "/agent" && !writing) navigation()?.go("/agent");
  });
}

function startPlaces(go: (path: string) => void): void {
  const group = t("Go to");
  const links = [...document.querySelectorAll<HTMLAnchorElement>(".rail a[data-key-pair]")];
  addKeys(links.map((link) => ({
    keys: `g ${link.dataset["keyPair"] ?? ""}`, group, label: link.textContent?.trim() ?? "",
    run: () => go(link.pathname),
  })));
}

async function start(): Promise<void> {
  startTheme();
  startKeys();
  sweepDrafts();
  const me = await readMe();
  learnTitles(me.titles);
  const lead = me.user.roles.some((role) => role === "supervisor" || role === "admin");
  const feed = new Feed(lead ? null : me.agent?.agent_id ?? null);
  let navigation: Navigation | null = null;
  await readReasons().catch(tellFailure);
  const desk = me.agent ? startDesk(me, feed, () => navigation) : null;
  startUserMenu(() => desk);
  startQueueStrip(feed, () => desk?.agent?.queues ?? me.queues.map((queue) => queue.name));
  startAgeNotice(feed);
  startTold(feed);
  keepTicker(feed);
  feed.start();
  navigation = startNavigation((root, signal) => {
    mountPage({ root, signal, desk, feed, me }).catch(tellFailure);
  });
  const { go } = navigation;
  document.addEventListener("callcenter:go", (event) => go((event as CustomEvent<string>).detail));
  startSearch(navigation.go, desk);
  startPlaces(navigation.go);
  feed.watch(() => {
    if (feed.loaded) document.body.dataset["started"] = "yes"; // no notice from now on is missed
  });
}

void start();
