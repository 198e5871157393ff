// What fields each kind of node has, read from the flow's own JSON schema.

interface RawSchema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  anyOf?: RawSchema[];
  items?: RawSchema;
  $ref?: string;
  description?: string;
  required?: string[];
  properties?: Record<string, RawSchema>;
  patternProperties?: Record<string, RawSchema>;
  additionalProperties?: RawSchema | boolean;
  propertyNames?: RawSchema;
  discriminator?: { mapping: Record<string, string> };
  $defs?: Record<string, RawSchema>;
  "x-names"?: string;
}

export interface NodeField {
  name: string;
  kind: "text" | "number" | "switch" | "choice" | "map" | "rows" | "other";
  names: string; // what the text is a name of: node, prompt, queue, flow; else empty
  inner: string; // of a map: what its values name
  keys: string[]; // of a map with set keys
  cells: NodeField[]; // of rows
  required: boolean;
  fallback: unknown;
  choices: unknown[];
  least: number | null;
  most: number | null;
  whole: boolean;
}

export class Schema {
  private readonly kinds: Record<string, string>;

  constructor(private readonly raw: RawSchema) {
    const nodes = Object.values(raw.properties?.["nodes"]?.patternProperties ?? {})[0];
    this.kinds = nodes?.discriminator?.mapping ?? {};
  }

  get allKinds(): string[] {
    return Object.keys(this.kinds);
  }

  about(kind: string): string {
    return (this.definition(this.kinds[kind])?.description ?? "").split("\n")[0] ?? "";
  }

  fieldsOf(kind: string): NodeField[] {
    const raw = this.definition(this.kinds[kind]);
    return raw ? this.fields(raw).filter((field) => field.name !== "kind") : [];
  }

  private fields(raw: RawSchema): NodeField[] {
    const required = new Set(raw.required ?? []);
    return Object.entries(raw.properties ?? {}).map(([name, one]) =>
      this.field(name, one, required.has(name)));
  }

  private field(name: string, raw: RawSchema, required: boolean): NodeField {
    const real = raw.anyOf?.find((one) => one.type !== "null") ?? raw;
    const values = Object.values(real.patternProperties ?? {})[0]
      ?? (typeof real.additionalProperties === "object" ? real.additionalProperties : undefined);
    const item = real.items?.$ref ? this.definition(real.items.$ref) : undefined;
    const keys = (real.propertyNames?.enum ?? []).map(String);
    return {
      name, required, kind: kindOf(real, values, item), names: real["x-names"] ?? "",
      inner: values?.["x-names"] ?? (values?.type === "array" ? "list" : ""), keys,
      cells: item ? this.fields(item) : [], fallback: raw.default,
      choices: choicesOf(real), least: real.minimum ?? null, most: real.maximum ?? null,
      whole: real.type === "integer",
    };
  }

  private definition(reference: string | undefined): RawSchema | undefined {
    return this.raw.$defs?.[(reference ?? "").replace("#/$defs/", "")];
  }
}

/** What can be chosen; a single value is one that may be left out. */
function choicesOf(raw: RawSchema): unknown[] {
  return raw.enum ?? (raw.const === undefined ? [] : [raw.const]);
}

function kindOf(
  raw: RawSchema, values: RawSchema | undefined, item: RawSchema | undefined,
): NodeField["kind"] {
  if (choicesOf(raw).length) return "choice";
  if (raw.type === "boolean") return "switch";
  if (raw.type === "integer" || raw.type === "number") return "number";
  if (raw.type === "string") return "text";
  if (raw.type === "object" && (values?.type === "string" || values?.type === "array")) return "map";
  return raw.type === "array" && item ? "rows" : "other";
}
