// The flow as a graph that can be dragged: AntV X6 draws, elkjs lays out.

import { Config, Graph, type Node } from "@antv/x6";
import type ElkConstructor from "elkjs/lib/elk-api";

import { t } from "../words/i18n";
import { h } from "../page/dom";
import { type FlowDocument, isRecord, lead, spoken, waysOf } from "./document";
import { kindColour, kindWord } from "./kinds";
import type { Schema } from "./schema";

const WIDTH = 208;
const HEIGHT = 58;
const LONGEST = 30;
const APART = 52; // between two ways at one node: room for a label

Config.autoInsertCSS = false; // the page's own style sheet holds what is needed

interface Way {
  from: string;
  place: string;
  target: string;
}

export interface CanvasActs {
  chosen: (id: string | null) => void;
  changed: () => void;
}

export class Canvas {
  private readonly graph: Graph;
  private elk: InstanceType<typeof ElkConstructor> | null = null;
  private readonly places = new Map<string, { x: number; y: number }>();
  private lit = new Set<string>();
  private selected: string | null = null;
  private seen = false; // it has had a size to be shown in
  private steered = false; // somebody has moved or scaled it himself
  private steering = false; // we do
  private readonly size: ResizeObserver;

  constructor(
    place: HTMLElement, private readonly flow: FlowDocument, private readonly schema: Schema,
    private readonly acts: CanvasActs,
  ) {
    const container = h("div", {});
    place.append(container);
    this.graph = new Graph({
      container, async: false, panning: true, background: false, grid: false,
      mousewheel: { enabled: true, modifiers: ["ctrl", "meta"], minScale: 0.3, maxScale: 1.6 },
      connecting: { allowBlank: false, allowLoop: true, allowNode: true, allowEdge: false, snap: true },
    });
    this.size = new ResizeObserver(() => this.fit(place));
    this.size.observe(place);
    this.graph.on("node:click", ({ node }) => this.acts.chosen(node.id));
    this.graph.on("blank:click", () => this.acts.chosen(null));
    for (const view of ["translate", "scale"]) this.graph.on(view, () => { this.steered ||= !this.steering; });
    this.graph.on("node:moved", ({ node }) => this.places.set(node.id, node.getPosition()));
    this.graph.on("edge:connected", ({ edge }) => this.connected(edge.getData<{ from: string; place: string }>(),
      edge.getTargetCellId()));
  }

  /** Draw the flow as it is now; what was dragged stays where it is. */
  draw(problems: Set<string>): void {
    this.graph.clearCells();
    for (const id of Object.keys(this.flow.nodes)) this.drawNode(id, problems.has(id));
    const ways = this.ways();
    for (const way of ways) this.drawWay(way, ways);
    if (!this.seen && this.graph.options.width) this.show();
  }

  /** Show which nodes have problems; what is drawn stays, and so does a click on it. */
  mark(problems: Set<string>): void {
    for (const node of this.graph.getNodes()) node.setData({ wrong: problems.has(node.id) });
    this.restyle();
  }

  /** Put the nodes in layers from left to right. */
  async layOut(): Promise<void> {
    const { default: Elk } = await import("elkjs/lib/elk.bundled.js");
    this.elk ??= new Elk();
    const ids = Object.keys(this.flow.nodes);
    const edges = ids.flatMap((id) => {
      const node = this.flow.nodes[id];
      const ways = node ? waysOf(node, this.schema.fieldsOf(node.kind)) : [];
      return ways.filter((way) => way.target in this.flow.nodes)
        .map((way) => ({ id: `${id}/${way.place}`, sources: [id], targets: [way.target] }));
    });
    const laid = await this.elk.layout({
      id: "flow",
      layoutOptions: {
        "elk.algorithm": "layered", "elk.direction": "DOWN", "elk.spacing.nodeNode": "28",
        "elk.layered.spacing.nodeNodeBetweenLayers": "56", "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
      },
      children: ids.map((id) => ({ id, width: WIDTH, height: HEIGHT,
        layoutOptions: { "elk.layered.layering.layerConstraint": id === this.flow.start ? "FIRST" : "NONE" } })),
      edges,
    });
    for (const child of laid.children ?? []) {
      this.places.set(child.id, { x: child.x ?? 0, y: child.y ?? 0 });
    }
  }

  show(): void {
    this.seen = true;
    this.steered = false;
    this.steer(() => this.graph.zoomToFit({ padding: 24, minScale: 0.55, maxScale: 1 }));
  }

  private steer(view: () => void): void {
    this.steering = true;
    view();
    this.steering = false;
  }

  choose(id: string | null): void {
    this.selected = id;
    this.restyle();
    const cell = id ? this.graph.getCellById(id) : null;
    if (cell?.isNode()) this.bringIntoView(cell);
  }

  /** Light up the way a tried call took. */
  light(path: string[]): void {
    this.lit = new Set(path);
    this.restyle();
  }

  dispose(): void {
    this.size.disconnect();
    this.graph.dispose();
  }

  private fit(place: HTMLElement): void {
    this.steer(() => this.graph.resize(place.clientWidth, place.clientHeight));
    if (this.steered || !place.clientWidth || !this.graph.getNodes().length) return;
    this.show();
    const chosen = this.selected ? this.graph.getCellById(this.selected) : null;
    if (chosen?.isNode()) this.bringIntoView(chosen);
  }

  private bringIntoView(node: Node): void {
    const area = this.graph.getGraphArea();
    if (!area.containsRect(node.getBBox())) this.steer(() => this.graph.centerCell(node));
  }

  private restyle(): void {
    for (const node of this.graph.getNodes()) {
      node.attr("body/class", this.classOf(node.id, node.getData<{ wrong: boolean }>().wrong));
    }
  }

  private classOf(id: string, wrong: boolean): string {
    const kind = this.flow.nodes[id]?.kind ?? "";
    return ["flow-node", `s-${kindColour(kind)}`, id === this.selected && "is-chosen",
      this.lit.has(id) && "is-lit", wrong && "is-wrong"].filter(Boolean).join(" ");
  }

  private drawNode(id: string, wrong: boolean): void {
    const node = this.flow.nodes[id];
    if (!node) return;
    const at = this.places.get(id) ?? this.besideOthers();
    this.places.set(id, at);
    this.graph.addNode({
      id, shape: "rect", ...at, width: WIDTH, height: HEIGHT, data: { wrong },
      markup: [
        { tagName: "rect", selector: "body" }, { tagName: "rect", selector: "edge" },
        { tagName: "text", selector: "kind" }, { tagName: "text", selector: "name" },
        { tagName: "text", selector: "words" },
      ],
      attrs: {
        text: { refX: 0, refY: 0, textAnchor: "start", textVerticalAnchor: "middle", fontFamily: "inherit" },
        body: { class: this.classOf(id, wrong), refWidth: "100%", refHeight: "100%", rx: 8 },
        edge: { class: `flow-edge s-${kindColour(node.kind)}`, width: 4, refHeight: "100%", rx: 2 },
        kind: { class: "flow-kind", text: this.heading(id, node.kind), x: 14, y: 14 },
        name: { class: "flow-name", text: cut(id), x: 14, y: 30 },
        words: { class: "flow-words", text: cut(this.subtitle(id)), x: 14, y: 46 },
      },
    });
  }

  private heading(id: string, kind: string): string {
    return id === this.flow.start ? `▶ ${kindWord(kind)}` : kindWord(kind);
  }

  private subtitle(id: string): string {
    const node = this.flow.nodes[id];
    const prompt = node?.["prompt"];
    if (typeof prompt === "string") return spoken(this.flow.prompts[prompt], this.flow.languages[0] ?? "");
    const shown = node?.["queue"] ?? node?.["flow"] ?? node?.["value"] ?? node?.["language"] ?? node?.["url"];
    return typeof shown === "string" ? shown : isRecord(node?.["data"]) ? Object.keys(node["data"]).join(", ") : "";
  }

  private besideOthers(): { x: number; y: number } {
    const all = [...this.places.values()];
    return { x: 0, y: all.length ? Math.max(...all.map((one) => one.y)) + HEIGHT + 28 : 0 };
  }

  private ways(): Way[] {
    return Object.entries(this.flow.nodes).flatMap(([from, node]) =>
      waysOf(node, this.schema.fieldsOf(node.kind)).filter((way) => way.target in this.flow.nodes)
        .map((way) => ({ from, ...way })));
  }

  private drawWay(way: Way, ways: Way[]): void {
    const leaves = this.apart(way, ways.filter((one) => one.from === way.from), (one) => one.target);
    const beside = ways.filter((one) => one.target === way.target);
    const arrives = this.apart(way, beside, (one) => one.from);
    this.graph.addEdge({
      source: { cell: way.from, anchor: { name: "bottom", args: { dx: leaves } } },
      target: { cell: way.target, anchor: { name: "top", args: { dx: arrives } } },
      data: { from: way.from, place: way.place },
      router: { name: "manhattan", args: { padding: 12, startDirections: ["bottom"], endDirections: ["top"] } },
      connector: { name: "rounded", args: { radius: 8 } },
      attrs: { line: { class: "flow-line", targetMarker: { name: "classic", size: 6 } } },
      labels: [{
        position: this.wordsAt(way, beside), markup: [{ tagName: "text", selector: "label" }],
        attrs: { label: { class: "flow-label", text: wayWord(way.place), textAnchor: "start", x: 6 } },
      }],
      tools: [{ name: "target-arrowhead", args: { attrs: { class: "flow-handle", d: "M 0 -5 10 0 0 5 Z" } } }],
    });
  }

  /** Where a way's words stand before its end: of two that arrive side by side one is higher. */
  private wordsAt(way: Way, beside: Way[]): number {
    const across = (one: Way) => this.places.get(one.from)?.x ?? 0;
    const said = beside.filter((one) => wayWord(one.place) !== "").sort((left, right) => across(left) - across(right));
    return (said.length - said.indexOf(way)) % 2 === 1 ? -16 : -29;
  }

  /** How far from a node's middle a way touches it: side by side, in the order of its other ends. */
  private apart(way: Way, beside: Way[], end: (one: Way) => string): number {
    const across = (one: Way) => this.places.get(end(one))?.x ?? 0;
    const ordered = [...beside].sort((left, right) => across(left) - across(right));
    const step = Math.min(APART, (WIDTH - APART) / Math.max(1, ordered.length - 1));
    return Math.round((ordered.indexOf(way) - (ordered.length - 1) / 2) * step);
  }

  private connected(from: { from: string; place: string } | undefined, target: string): void {
    const node = from ? this.flow.nodes[from.from] : undefined;
    if (!from || !node) return;
    lead(node, from.place, target);
    this.acts.changed();
  }
}

/** A way out in one word: the key of a menu, or the case. */
export function wayWord(place: string): string {
  const [name = "", key] = place.split(".");
  if (name === "choices") return key ?? "";
  if (name === "cases") return t("case {n}", { n: Number(key ?? 0) + 1 });
  switch (name) {
    case "next": return "";
    case "give_up": return t("given up");
    case "ok": return t("right");
    case "wrong": return t("wrong");
    case "locked": return t("locked");
    case "known": return t("recognised");
    case "unknown": return t("not recognised");
    case "empty": return t("nothing said");
    case "otherwise": return t("else");
    case "failed": return t("fails");
    case "found": return t("found");
    case "missing": return t("none");
    case "open": return t("open for calls");
    case "closed": return t("closed for calls");
    case "after": return t("afterwards");
    default: return name.replaceAll("_", " ");
  }
}

/** As much of the text as a node has room for; a Chinese character takes the room of two. */
function cut(text: string): string {
  let room = LONGEST;
  for (let at = 0; at < text.length; at++) {
    room -= text.charCodeAt(at) > 0x2e7f ? 2 : 1;
    if (room < 0) return `${text.slice(0, at)}…`;
  }
  return text;
}
