// Shapes of the flow editor's API.

import type { FlowDocument } from "./document";

export interface InForce {
  version: number;
  canary_version: number | null;
  canary_share: number;
  canary_limit: number;
  canary_since: string | null;
  told: string;
}

export interface FlowItem {
  name: string;
  title: string;
  languages: string[];
  nodes: number;
  in_force: InForce | null;
  published_at: string | null;
  published_by: string;
  has_draft: boolean;
  shipped: boolean;
}

export interface FlowVersion {
  version: number;
  note: string;
  at: string;
  user_name: string;
}

export interface FlowShown {
  name: string;
  document: FlowDocument;
  tests: string;
  row_version: number | null;
  based_on: number;
  newest: number;
  in_force: InForce | null;
  versions: FlowVersion[];
}

export interface Judgement {
  ok: boolean;
  faults: { place: string; reason: string }[];
  trials: { name: string; passed: boolean; place: string; reason: string }[];
  dead_ends: { reason: string; path: string[] }[];
  missed: string[];
  coverage: number;
  bar: number;
}

export interface TriedCall {
  taken: { node: string; what: string; heard: string; given: string }[];
  end: string;
}
