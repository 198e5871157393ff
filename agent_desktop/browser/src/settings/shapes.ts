// What /api/v1/configuration keeps: documents, their versions and their problems.

export type Kind = "queue" | "agent" | "skill" | "reason";

export interface WrapUp { kind: string; seconds: number; extension_seconds: number }
export interface Step { needs: string; seconds: number | null }
export interface Period { weekday: number; since: string; until: string }
export interface Link { reasons: string[]; kind: string; target: string; priority: number }
export interface Seat {
  queue: string; tier: number; weight: number; delay_seconds: number; priority: number;
}

export interface QueueDocument {
  title: string;
  title_en: string;
  ring_seconds: number;
  wrap_up: WrapUp;
  strategy: string;
  steps: Step[];
  priority: number;
  ageing_seconds: number;
  owner_seconds: number;
  last_agent_seconds: number;
  ring_all_limit: number;
  limits: {
    max_waiting: number | null; max_wait_seconds: number | null; max_per_ready_agent: number | null;
  };
  hours: { zone: string; periods: Period[]; closed_on: string[]; closed_now: boolean };
  overflow: Link[];
  comfort: {
    music: string; messages: string[]; every_seconds: number; say_position: boolean;
    say_wait: boolean;
  };
  callback: {
    offered: boolean; key: string; after_seconds: number; order: string; tries: number;
    retry_seconds: number; expires_seconds: number;
  };
  short_abandon_seconds: number;
  target_seconds: number;
  target_share: number;
  formula: string;
}

export interface AgentDocument {
  name: string;
  extension: string;
  seats: Seat[];
  skills: Record<string, number>;
  wrap_up: WrapUp | null;
  missed_limit: number;
  blended: boolean;
}

export interface SkillDocument { title: string; title_en: string }

export interface ReasonDocument {
  label: string;
  label_en: string;
  sort: number;
  paid: boolean;
  max_seconds: number | null;
  max_a_day: number | null;
}

export interface Configured<Document> {
  kind: Kind;
  key: string;
  version: number;
  document: Document;
  archived: boolean;
  note: string;
  changed_at: string | null;
  changed_by_name: string;
}

export interface Change { path: string; before: unknown; after: unknown }
export interface Version<Document> extends Configured<Document> { changes: Change[] }

export interface Saved<Document> {
  version: Configured<Document>;
  applied: boolean;
  remark: string;
}

export interface Problem {
  kind: Kind;
  key: string;
  path: string;
  code: string;
  message: string;
  severity: "error" | "warning";
  values: Record<string, string>;
  new: boolean;
}

export interface Checked { items: Problem[]; serving: string[][] }
