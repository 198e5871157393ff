// Words for codes, read while the rows stand already: each is put in where it belongs as it comes.

import { h } from "../page/dom";

export class LateWords {
  private readonly words = new Map<string, string>();
  private waiting: Map<HTMLElement, string> | null = new Map();

  constructor(read: Promise<[string, string][]>) {
    read.then((pairs) => {
      for (const [code, word] of pairs) this.words.set(code, word);
      for (const [place, code] of this.waiting ?? []) place.textContent = this.words.get(code) ?? code;
      this.waiting = null;
    }).catch(() => undefined); // the codes themselves stay
  }

  /** The code's word, at once or as soon as it is known; no row is drawn anew for it. */
  of(code: string): HTMLElement {
    const place = h("span", {}, this.words.get(code) ?? code);
    this.waiting?.set(place, code);
    return place;
  }
}
