// What is refused before any plan: blocked callers, hidden numbers, robots that call again and again.

import { fill, h, icon } from "../page/dom";
import { button, chip } from "../page/parts";
import { refill } from "../page/refill";
import { Region } from "../page/region";
import { tellFailure, toast } from "../page/toast";
import { openDialog } from "../page/dialog";
import { ApiProblem, get, put } from "../wire/api";
import { t } from "../words/i18n";
import { choose, type } from "./fields";
import { freshTarget, targetForm } from "./parts";
import type { Target } from "./shapes";
import { sharedPanel } from "./shared";
import { targetIcon, targetWords } from "./words";

interface Screening {
  format: 1;
  blocked: Target;
  anonymous?: Target;
  most_a_minute?: number;
  repeats: Target;
}

interface Shown {
  version: number;
  document: Screening;
}

const MOST_A_MINUTE = 10; // of one number, where nothing else is set

export function screeningPanel(signal: AbortSignal, changed: () => void): HTMLElement {
  const place = h("div", {});
  const act = button(t("Change"), "pencil", () => shown && edit(shown, again), { class: "btn-small", disabled: true });
  let shown: Shown | null = null;
  const region = new Region<Shown>(place, {
    load: async (stop) => {
      shown = await get<Shown>("/screening", stop);
      act.disabled = false;
      return shown;
    }, rows: 3, show: ({ document }) => summary(document),
  }, signal);
  const again = () => {
    void region.load(true);
    changed();
  };
  void region.load();
  return sharedPanel(t("Before any plan"), "filter", act, place);
}

function summary(document: Screening): HTMLElement {
  const most = document.most_a_minute ?? MOST_A_MINUTE;
  return h("ul", { class: "plan-list" },
    row(t("Blocked callers"), document.blocked),
    document.anonymous ? row(t("Callers who hide their number"), document.anonymous)
      : served(t("Callers who hide their number")),
    most ? row(t("More than {n} calls of one number within a minute", { n: most }), document.repeats)
      : served(t("Robots that call again and again")));
}

function row(who: string, to: Target): HTMLElement {
  return h("li", {}, h("span", {}, who), h("span", {}), h("span", { class: "with-face" }, icon(targetIcon(to.kind)), targetWords(to)));
}

const served = (who: string): HTMLElement =>
  h("li", {}, h("span", {}, who), h("span", {}), chip("ready", "circle-check", t("served as others")));

function edit(shown: Shown, done: () => void): void {
  const document = structuredClone(shown.document);
  const body = h("div", { class: "stack" });
  const told = h("div", { role: "alert" });
  const dialog = openDialog(t("Before any plan"), "dialog-wide", body, told);
  const save = async () => {
    try {
      await put("/screening", { document, expected_version: shown.version });
      dialog.close();
      toast(t("In force from the next call on."), "done");
      done();
    } catch (error) {
      if (!(error instanceof ApiProblem)) return tellFailure(error);
      fill(told, h("p", { class: "told" }, icon("alert-circle"), error.message));
    }
  };
  const editing = { touched: () => undefined, redraw: () => draw() };
  const draw = () => {
    const most = document.most_a_minute ?? MOST_A_MINUTE;
    refill(body,
      h("h3", { class: "plan-part" }, t("Blocked callers")), targetForm(t("go to"), document.blocked, "blocked", editing),
      h("h3", { class: "plan-part" }, t("Callers who hide their number")),
      choose(t("They are"), document.anonymous ? "led" : "served", [["served", t("served as others")], ["led", t("led elsewhere")]], (value) => {
        if (value === "led") document.anonymous = freshTarget("busy");
        else delete document.anonymous;
        draw();
      }, "anonymous.kind"),
      document.anonymous && targetForm(t("go to"), document.anonymous, "anonymous", editing),
      h("h3", { class: "plan-part" }, t("Robots that call again and again")),
      type(t("Most calls of one number within a minute; 0 for no limit"), most, (value) => { document.most_a_minute = Number(value); },
        { type: "number", min: "0", max: "1000", data: { key: "most" } }),
      targetForm(t("more go to"), document.repeats, "repeats", editing),
      h("div", { class: "row-end" }, button(t("Put in force"), "check", () => void save(), { class: "btn-primary" })));
  };
  draw();
}
