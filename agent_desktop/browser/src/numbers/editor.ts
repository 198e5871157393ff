// The plan of one number: rules as sentences, saved as a draft while one types, tried, published.

import { confirmAct, openDialog } from "../page/dialog";
import { fill, find, h, icon } from "../page/dom";
import type { Mount } from "../page/mount";
import { button, chip, field, submitButton } from "../page/parts";
import { refill } from "../page/refill";
import { Region } from "../page/region";
import { tellFailure, toast } from "../page/toast";
import { backLink } from "../records/head";
import { api, get, post, put } from "../wire/api";
import { phone, when } from "../words/format";
import { t } from "../words/i18n";
import { choose, tick, type } from "./fields";
import { freshTarget, targetForm } from "./parts";
import { finding, retell, ruleList, type RulesContext } from "./rules";
import type { Choices, Draft, Finding, NumberShown, Plan, Published, Rule } from "./shapes";
import { Simulator } from "./simulator";
import { switchClosing } from "./switches";
import { openVersions } from "./versions";
import { choices, learn, targetIcon, targetWords, whyWords } from "./words";
import { openText } from "./text";

const SAVE_AFTER = 500; // ms without typing

export const mount: Mount = ({ root, signal }) => {
  const number = root.dataset["id"] ?? "";
  const place = h("div", {});
  fill(root, place);
  const region = new Region<NumberShown>(place, {
    load: async (stop) => {
      const [found, known] = await Promise.all([
        get<NumberShown>(`/numbers/${encodeURIComponent(number)}`, stop), get<Choices>("/plan-choices", stop)]);
      learn(known);
      return found;
    },
    show: (found) => new Editor(found, signal, () => void region.load(true)).place, kind: "card", rows: 4,
  }, signal);
  void region.load();
};

function blank(found: NumberShown): Plan {
  return { format: 1, rules: [], otherwise: { kind: "flow", flow: found.flow }, closed: freshTarget("announcement") };
}

class Editor {
  readonly place: HTMLElement;
  private plan: Plan;
  private findings: Finding[];
  private draft: Draft | null;
  private readonly path: string;
  private readonly simulator: Simulator;
  private readonly rules = h("div", {});
  private readonly state = h("div", { class: "plan-state", role: "status" });
  private readonly problems = h("div", {});
  private readonly context: RulesContext;
  private wait = 0;
  private saving: Promise<void> = Promise.resolve();

  constructor(private readonly found: NumberShown, signal: AbortSignal, private readonly reload: () => void) {
    this.path = `/numbers/${encodeURIComponent(found.number)}`;
    this.draft = found.draft;
    this.plan = structuredClone(found.draft?.document ?? found.document ?? blank(found));
    this.findings = found.findings;
    this.context = { open: new Set(), findings: () => this.findings, locked: false,
      touched: () => this.touched(), redraw: () => this.draw(), newId: () => this.newId() };
    this.simulator = new Simulator(found.number, () => this.draft || !found.document ? this.plan : null);
    this.place = h("div", {}, this.head(), h("div", { class: "two-columns plan-columns" },
      h("div", { class: "column-main" }, this.problems, this.rules),
      h("div", { class: "column-side plan-side" }, this.simulator.place)));
    this.draw();
    this.tell();
    void this.simulator.run();
    signal.addEventListener("abort", () => {
      if (this.wait) void this.save();
    });
  }

  private head(): HTMLElement {
    const { found } = this;
    const closing = found.closing;
    return h("div", {},
      h("div", { class: "page-head" }, backLink("/numbers", t("Numbers")),
        h("h1", {}, `${phone(found.number)} · ${found.title}`), this.state,
        h("span", { class: "push plan-acts" },
          button(t("Versions"), "history", () => void openVersions(this.path, this.plan, this.reload)),
          button(t("As text"), "file-invoice", () => openText(found.number, this.plan, (plan) => this.replace(plan))),
          closing ? button(t("Open again"), "lock-open", () => void switchClosing(found, this.reload))
            : button(t("Close now"), "lock", () => void switchClosing(found, this.reload), { class: "btn-danger" }),
          button(t("Publish"), "check", () => void this.publish(), { class: "btn-primary" }))),
      closing && h("p", { class: "panel plan-closed" }, icon("lock"),
        t("Closed since {time} by {who}: every call goes to the closed destination.",
          { time: when(closing.since), who: closing.user_name || t("the system") }), " ", closing.note));
  }

  private draw(): void {
    const { plan, context } = this;
    const otherwise = h("div", { class: "plan-last" },
      targetForm(t("When no rule takes the call"), plan.otherwise, "otherwise", context),
      h("div", { data: { told: "otherwise" } }, this.told("otherwise")),
      targetForm(t("After an emergency closing"), plan.closed, "closed", context),
      h("div", { data: { told: "closed" } }, this.told("closed")));
    refill(this.rules, h("section", { class: "panel", "aria-label": t("Rules") },
      h("h2", { class: "column-title" }, icon("list-details"), t("Rules, the first that fits takes the call")),
      ruleList(plan.rules ?? [], "rules", context, (next: Rule[]) => { plan.rules = next; })),
    h("section", { class: "panel", "aria-label": t("Where else calls go") },
      h("h2", { class: "column-title" }, icon("arrow-forward-up"), t("Where else calls go")), otherwise),
    h("section", { class: "panel", "aria-label": t("The plan as a whole") },
      h("h2", { class: "column-title" }, icon("settings"), t("The plan as a whole")), this.whole()));
  }

  private whole(): HTMLElement {
    const { plan } = this;
    return h("div", { class: "plan-piece" },
      choose(t("Time zone"), plan.zone ?? "Asia/Shanghai", choices().zones.map((zone) => [zone, zone]), (value) => {
        plan.zone = value;
        this.touched();
      }),
      type(t("Country of numbers without a code"), plan.region ?? "CN", (value) => {
        plan.region = value.toUpperCase();
        this.touched();
      }, { maxlength: "2" }),
      tick(t("refuse blocked callers and robots first"), plan.screened ?? true, (on) => {
        plan.screened = on;
        this.touched();
      }));
  }

  private told(place: string): HTMLElement | null {
    const mine = this.findings.filter((one) => one.place === place || one.place.startsWith(`${place}.`));
    return mine.length ? h("ul", { class: "plan-told" }, mine.map((one) => finding(one, place))) : null;
  }

  /** After a save: what is said changes, what somebody types in stays as it is. */
  private retell(): void {
    retell(this.rules, this.plan.rules ?? [], "rules", this.context);
    for (const place of ["otherwise", "closed"]) {
      fill(find(`[data-told="${place}"]`, this.rules), this.told(place));
    }
  }

  private newId(): string {
    const taken = new Set<string>();
    const collect = (rules: Rule[]) => rules.forEach((rule) => {
      taken.add(rule.id);
      collect(rule.rules ?? []);
    });
    collect(this.plan.rules ?? []);
    let next = taken.size + 1;
    while (taken.has(`rule-${next}`)) next += 1;
    return `rule-${next}`;
  }

  private replace(plan: Plan): void {
    this.plan = plan;
    this.context.open.clear();
    this.touched();
    this.draw();
  }

  private touched(): void {
    window.clearTimeout(this.wait);
    this.wait = window.setTimeout(() => void this.save(), SAVE_AFTER);
    fill(this.state, chip("holding", "pencil", t("changed…")));
  }

  /** Keep the draft; one at a time, so that each knows the version before it. */
  private save(): Promise<void> {
    window.clearTimeout(this.wait);
    this.wait = 0;
    this.saving = this.saving.then(async () => {
      try {
        const kept = await put<{ draft: Draft; findings: Finding[] }>(`${this.path}/draft`,
          { document: this.plan, ...(this.draft ? { row_version: this.draft.row_version } : {}) });
        this.draft = kept.draft;
        this.findings = kept.findings;
        this.retell();
        this.tell();
        if (!kept.findings.some((one) => one.code === "invalid")) void this.simulator.run();
      } catch (error) {
        tellFailure(error);
        fill(this.state, chip("alarm", "alert-circle", t("not saved")));
      }
    });
    return this.saving;
  }

  /** Say how the plan stands: published, draft, what is wrong. */
  private tell(): void {
    const errors = this.findings.filter((one) => one.severity === "error").length;
    const { version } = this.found;
    fill(this.state,
      this.draft ? chip("holding", "pencil", t("draft, saved {time}", { time: when(this.draft.updated_at, false) }))
        : version ? chip("ready", "circle-check", t("version {n} is in force", { n: version })) : chip("not_ready", "circle-dashed", t("no plan yet")),
      this.draft && button(t("Discard the draft"), "trash", () => void this.discard(), { class: "btn-small btn-ghost" }));
    const loose = this.findings.filter((one) => !/^(rules\.\d|otherwise|closed)/.test(one.place));
    fill(this.problems, (errors > 0 || loose.length > 0) && h("section", { class: "panel plan-problems", role: "alert" },
      errors > 0 && h("p", {}, icon("alert-circle", "is-alarm"), t("This cannot be published yet; errors: {n}", { n: errors })),
      loose.length > 0 && h("ul", { class: "plan-told" }, loose.map((one) => finding(one)))),
    !this.draft && h("p", { class: "plan-now panel" }, icon(targetIcon(this.found.now.target?.kind)),
      h("strong", {}, t("Right now: {where}", { where: targetWords(this.found.now.target) })),
      h("span", { class: "muted" }, whyWords(this.found.now))));
  }

  private async discard(): Promise<void> {
    if (!await confirmAct(t("Throw the draft away?"), t("Throw away"))) return;
    try {
      await api("DELETE", `${this.path}/draft`);
      this.reload();
    } catch (error) {
      tellFailure(error);
    }
  }

  private async publish(): Promise<void> {
    if (this.wait || !this.draft) await this.save();
    else await this.saving;
    const errors = this.findings.filter((one) => one.severity === "error");
    if (errors.length) {
      toast(t("This cannot be published yet; errors: {n}", { n: errors.length }), "error");
      this.rules.querySelector<HTMLElement>(".plan-told")?.scrollIntoView({ block: "center" });
      return;
    }
    this.askNote();
  }

  private askNote(): void {
    const note = h("input", { class: "form-control", maxlength: "200", placeholder: t("what changes, for those who read it later") });
    const save = submitButton(t("Publish"), "check", { class: "btn-primary" });
    const warnings = this.findings;
    const form = h("form", { class: "stack" },
      h("p", {}, t("The very next call to {number} goes by this plan.", { number: phone(this.found.number) })),
      warnings.length > 0 && h("ul", { class: "plan-told" }, warnings.map((one) => finding(one))),
      field(t("Note"), note), h("div", { class: "row-end" }, save));
    const dialog = openDialog(t("Publish the plan"), "", form);
    note.focus();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save.disabled = true;
      const wish = { note: note.value.trim(), expected_version: this.draft?.based_on ?? this.found.version };
      post<Published>(`${this.path}/publish`, wish).then((made) => {
        dialog.close();
        toast(made.applied ? t("Version {n} is in force.", { n: made.version.version })
          : t("Version {n} is kept; the engine is away and takes it when it is back.", { n: made.version.version }),
        made.applied ? "done" : "warning");
        this.reload();
      }).catch((error: unknown) => {
        save.disabled = false;
        tellFailure(error);
      });
    });
  }
}
