// Moves between pages without reloading the shell, so that the phone goes on.

import { t } from "../words/i18n";
import { find } from "./dom";
import { toast } from "./toast";

export interface Navigation {
  go: (path: string) => void;
}

/** Follow links inside the shell; `arrived` is told of each new <main> and its end. */
export function startNavigation(
  arrived: (root: HTMLElement, signal: AbortSignal) => void,
): Navigation {
  let leave = new AbortController();
  let asked = new AbortController();
  const show = (root: HTMLElement) => {
    leave.abort();
    leave = new AbortController();
    markPlace();
    arrived(root, leave.signal);
  };
  const go = async (path: string, push: boolean) => {
    asked.abort();
    asked = new AbortController();
    document.body.classList.add("is-moving");
    try {
      const root = await fetchPage(path, asked.signal);
      if (!root) return location.assign(path);
      if (push) history.pushState(null, "", path);
      show(root);
      find("#page").focus({ preventScroll: true });
      window.scrollTo(0, 0);
    } catch (error) {
      if (!(error instanceof DOMException)) toast(t("This page cannot be loaded now."), "error");
    } finally {
      document.body.classList.remove("is-moving");
    }
  };
  document.addEventListener("click", (event) => {
    const path = pathOf(event);
    if (!path) return;
    event.preventDefault();
    void go(path, true);
  });
  window.addEventListener("popstate", () => void go(location.pathname + location.search, false));
  show(find("#page"));
  return { go: (path) => void go(path, true) };
}

/** The link's path when it stays inside the shell. */
function pathOf(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) {
    return null;
  }
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link?.href || link.target || link.hasAttribute("download") || link.dataset["whole"] === "") {
    return null;
  }
  const url = new URL(link.href);
  if (url.origin !== location.origin) return null;
  if (url.pathname === location.pathname && url.hash) return null;
  return url.pathname + url.search;
}

/** Put the fetched page in; null when it is no page of the shell. */
async function fetchPage(path: string, signal: AbortSignal): Promise<HTMLElement | null> {
  const answer = await fetch(path, { signal, headers: { Accept: "text/html", "X-Page": "1" } });
  const type = answer.headers.get("Content-Type") ?? "";
  if (!type.startsWith("text/html") || new URL(answer.url).pathname === "/login") return null;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const root = next.querySelector<HTMLElement>("#page");
  if (!root) return null;
  document.title = next.title;
  document.body.dataset["page"] = root.dataset["page"] ?? "";
  const mine = document.importNode(root, true);
  find("#page").replaceWith(mine);
  return mine;
}

function markPlace(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".rail a")) {
    const here = location.pathname === link.pathname
      || location.pathname.startsWith(`${link.pathname}/`);
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}
