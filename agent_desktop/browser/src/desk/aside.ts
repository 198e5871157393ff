// Below the phone: a number to dial, my queues, my day.

import { fill, find, h, icon } from "../page/dom";
import { onChange } from "../page/refill";
import { tellFailure } from "../page/toast";
import { get, query } from "../wire/api";
import { since } from "../wire/clock";
import type { AgentFigures, AgentReportRow, QueueRow, Report } from "../wire/shapes";
import { count, durationOr, zone } from "../words/format";
import { t, titled } from "../words/i18n";
import type { DeskSession } from "./session";

export function startAside(desk: DeskSession): void {
  startDialField(desk);
  const draw = onChange<QueueRow[]>((rows) => fill(find("#my-queues"), rows.map(queueLine)));
  desk.feed.watch(() => draw([...desk.feed.queues.values()]
    .filter((one) => desk.agent?.queues.includes(one.name))));
  drawDay(null);
  void readDay();
  document.addEventListener("callcenter:recorded", () => void readDay());
}

function startDialField(desk: DeskSession): void {
  const form = find<HTMLFormElement>("#dial-form");
  const input = find<HTMLInputElement>("#dial-number");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const number = input.value.replace(/[\s()-]/g, "");
    if (!/^\+?\d{2,20}$/.test(number)) {
      input.setAttribute("aria-invalid", "true");
      return input.focus();
    }
    input.removeAttribute("aria-invalid");
    desk.dial(number).then(() => (input.value = "")).catch(tellFailure);
  });
  const lock = onChange<boolean>((busy) => {
    for (const control of form.querySelectorAll<HTMLInputElement | HTMLButtonElement>("input,button")) {
      control.disabled = busy;
    }
  });
  desk.watch((now) => lock(now.line !== null));
}

function queueLine(queue: QueueRow): HTMLElement {
  return h("li", { class: "queue-line" },
    h("span", { class: "queue-line-name", title: titled(queue) }, titled(queue)),
    h("span", { class: "figures", title: t("waiting") }, icon("users"), count(queue.waiting)),
    h("span", { class: "figures", title: t("longest wait") },
      since(queue.oldest_since, queue.target_seconds)));
}

function drawDay(today: AgentFigures | null): void {
  fill(find("#my-day"),
    h("div", {}, h("dt", {}, t("answered")), h("dd", { class: "figures" }, today ? count(today.answered) : "–")),
    h("div", {}, h("dt", {}, t("talked")), h("dd", { class: "figures" },
      durationOr(today?.talked_seconds))));
}

async function readDay(): Promise<void> {
  const report = await get<Report<AgentReportRow, AgentFigures>>(
    `/reports/agents${query({ interval: "day", zone: zone() })}`).catch(() => null);
  if (report) drawDay(report.totals);
}
