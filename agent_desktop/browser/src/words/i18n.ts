// The page's words in the reader's language; English sentences are the keys.

type Catalogue = Record<string, string | string[]>;
export type Values = Record<string, string | number>;

export const language = document.documentElement.lang || "en";
export const chinese = language.startsWith("zh");

const catalogue: Catalogue = read();

function read(): Catalogue {
  const block = document.getElementById("words");
  return block?.textContent ? (JSON.parse(block.textContent) as Catalogue) : {};
}

/** The sentence in the reader's language, with {names} filled in. */
export function t(sentence: string, values?: Values): string {
  const found = catalogue[sentence];
  return fill(typeof found === "string" ? found : sentence, values);
}

/** One or many: `n` chooses the form and is filled in as {n}. */
export function nt(one: string, many: string, n: number, values?: Values): string {
  const forms = catalogue[one];
  const english = n === 1 ? one : many;
  const form = Array.isArray(forms) ? forms[forms.length === 1 || n === 1 ? 0 : 1] : undefined;
  return fill(form ?? english, { n, ...values });
}

function fill(sentence: string, values?: Values): string {
  if (!values) return sentence;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The right one of a title kept in two languages. */
export function titled(row: { title: string; title_en: string }): string {
  return chinese ? row.title : row.title_en || row.title;
}

export function labelled(row: { label: string; label_en: string }): string {
  return chinese ? row.label : row.label_en || row.label;
}
