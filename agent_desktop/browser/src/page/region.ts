// A place on the page that loads: skeleton first, then rows, or words and a retry.

import { ApiProblem } from "../wire/api";
import { t } from "../words/i18n";
import { fill, h, icon } from "./dom";
import { button, skeleton } from "./parts";

export interface Loading<Answer> {
  load: (signal: AbortSignal) => Promise<Answer>;
  show: (answer: Answer) => Node;
  rows?: number;
  kind?: string;
}

export class Region<Answer> {
  private abort = new AbortController();

  constructor(private readonly place: HTMLElement, private readonly how: Loading<Answer>,
    signal?: AbortSignal) {
    signal?.addEventListener("abort", () => this.abort.abort());
  }

  /** Load (again); `quiet` keeps what is shown until the new answer is there. */
  async load(quiet = false): Promise<void> {
    this.abort.abort();
    const abort = new AbortController();
    this.abort = abort;
    if (!quiet) fill(this.place, skeleton(this.how.rows ?? 5, this.how.kind));
    this.place.setAttribute("aria-busy", "true");
    try {
      const answer = await this.how.load(abort.signal);
      if (!abort.signal.aborted) fill(this.place, this.how.show(answer));
    } catch (error) {
      if (!abort.signal.aborted) fill(this.place, this.failure(error));
    } finally {
      if (!abort.signal.aborted) this.place.removeAttribute("aria-busy");
    }
  }

  private failure(error: unknown): HTMLElement {
    if (!(error instanceof ApiProblem)) console.error(error);
    const words = error instanceof ApiProblem ? error.message : t("This could not be shown.");
    const trace = error instanceof ApiProblem && error.traceId;
    return h("div", { class: "empty-place", role: "alert" }, icon("alert-triangle", "is-alarm"),
      h("p", { class: "nothing-title" }, words),
      trace && h("p", { class: "nothing-advice mono" }, trace),
      button(t("Try again"), "refresh", () => void this.load()));
  }
}
