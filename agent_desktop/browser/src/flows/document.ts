// A flow as data, and what the editor does to it: add, rename, remove, lead elsewhere; pure.

import type { NodeField, Schema } from "./schema";

export type FlowNode = Record<string, unknown> & { kind: string };
export type Part = { text?: Record<string, string>; language?: string; sound?: string; value?: string; style?: string };

export interface FlowDocument {
  name: string;
  title: string;
  languages: string[];
  start: string;
  operator: string;
  on_error: string;
  coverage?: number;
  prompts: Record<string, Part[]>;
  nodes: Record<string, FlowNode>;
  [other: string]: unknown;
}

/** A way out of a node: the place of the field that points, and the node it points to. */
export interface Way {
  place: string;
  target: string;
}

export function waysOf(node: FlowNode, fields: NodeField[]): Way[] {
  const ways: Way[] = [];
  for (const field of fields) {
    const value = node[field.name];
    if (field.names === "node" && typeof value === "string") {
      ways.push({ place: field.name, target: value });
    } else if (field.kind === "map" && field.inner === "node" && isRecord(value)) {
      for (const [key, target] of Object.entries(value)) {
        if (typeof target === "string") ways.push({ place: `${field.name}.${key}`, target });
      }
    } else if (field.kind === "rows" && Array.isArray(value)) {
      value.forEach((row, at) => {
        if (!isRecord(row)) return;
        for (const cell of field.cells) {
          const target = row[cell.name];
          if (cell.names === "node" && typeof target === "string") {
            ways.push({ place: `${field.name}.${at}`, target });
          }
        }
      });
    }
  }
  return ways;
}

/** Let a way lead to another node; `place` is one that `waysOf` gave. */
export function lead(node: FlowNode, place: string, target: string): void {
  const [name = "", key] = place.split(".");
  const value = node[name];
  if (key === undefined) node[name] = target;
  else if (Array.isArray(value)) (value[Number(key)] as Record<string, unknown>)["next"] = target;
  else if (isRecord(value)) value[key] = target;
}

/** The node's id everywhere it is named, as another. */
export function renameNode(flow: FlowDocument, schema: Schema, from: string, to: string): void {
  flow.nodes = Object.fromEntries(
    Object.entries(flow.nodes).map(([id, node]) => [id === from ? to : id, node]));
  for (const node of Object.values(flow.nodes)) {
    for (const way of waysOf(node, schema.fieldsOf(node.kind))) {
      if (way.target === from) lead(node, way.place, to);
    }
  }
  for (const field of ["start", "operator", "on_error"] as const) {
    if (flow[field] === from) flow[field] = to;
  }
}

/** Take a node out; ways that led to it are named as problems until they lead elsewhere. */
export function removeNode(flow: FlowDocument, id: string): void {
  delete flow.nodes[id];
}

/** A name like `play`, `play-2`, that is not taken yet. */
export function freshName(taken: Record<string, unknown>, wish: string): string {
  const base = wish.replaceAll("_", "-");
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (!(name in taken)) return name;
  }
}

/** A new node of a kind: required fields filled with what is most likely meant. */
export function newNode(flow: FlowDocument, schema: Schema, kind: string): FlowNode {
  const node: FlowNode = { kind };
  const [first = ""] = Object.keys(flow.prompts);
  for (const field of schema.fieldsOf(kind).filter((one) => one.required)) {
    node[field.name] = starting(flow, field, first);
  }
  return node;
}

function starting(flow: FlowDocument, field: NodeField, prompt: string): unknown {
  if (field.names === "node") return flow.operator;
  if (field.names === "prompt") return prompt;
  if (field.names === "queue") return queueOf(flow);
  if (field.kind === "choice") return field.choices[0];
  if (field.kind === "map") return field.inner === "node" ? { 1: flow.operator } : startingMap(field);
  if (field.kind === "rows") return [Object.fromEntries(field.cells.map((cell) =>
    [cell.name, cell.names === "node" ? flow.operator : ""]))];
  if (field.kind === "number") return field.least ?? 1;
  if (field.name === "zone") return "Asia/Shanghai";
  if (field.name === "into" || field.name === "value" || field.name === "question") return "answer";
  return "";
}

function startingMap(field: NodeField): Record<string, unknown> {
  return field.name === "week" ? { mon: ["09:00-18:00"] } : {};
}

function queueOf(flow: FlowDocument): string {
  const queue = flow.nodes[flow.operator]?.["queue"];
  return typeof queue === "string" ? queue : "service";
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The words of a prompt in one language, its sounds and values in brackets. */
export function spoken(parts: Part[] | undefined, language: string): string {
  return (parts ?? []).map((part) => part.text ? part.text[language] ?? "…"
    : part.value ? `⟨${part.value}⟩` : `♪ ${part.sound ?? ""}`).join(" ");
}
