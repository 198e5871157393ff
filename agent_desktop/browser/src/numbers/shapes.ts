// What the API tells of numbers and their plans.

export interface Condition {
  kind: string;
  not?: boolean;
  schedule?: string;
  state?: string;
  days?: string[];
  from?: string;
  until?: string;
  country?: string;
  subdivision?: string;
  prefixes?: string[];
  regions?: string[];
  group?: string;
  hours?: number;
  times?: number;
  queue?: string;
  measure?: string;
  is?: string;
  value?: number;
  site?: string;
}

export interface Target {
  kind: string;
  flow?: string;
  queue?: string;
  priority?: number;
  agent?: string;
  number?: string;
  box?: string;
  text?: Record<string, string>;
  answer?: boolean;
}

export interface Share {
  percent: number;
  to: Target;
  label?: string;
  site?: string;
  hours?: string;
}

export interface Rule {
  id: string;
  note?: string;
  when?: Condition[];
  to?: Target;
  split?: Share[];
  rules?: Rule[];
}

export interface Plan {
  format: 1;
  zone?: string;
  region?: string;
  screened?: boolean;
  rules?: Rule[];
  otherwise: Target;
  closed: Target;
}

export interface Finding {
  severity: "error" | "warning";
  code: string;
  place: string;
  reason: string;
  number: string;
}

export interface Tested {
  place: string;
  about: string;
  holds: boolean | null;
  seen: string; // a code; in older records, words
  values?: (string | number)[];
  condition: Condition | null;
}

export interface Destination {
  target: Target | null;
  why: string;
  place: string;
  rule: string;
  version: number;
  trace: Tested[];
}

export interface NumberItem {
  number: string;
  title: string;
  flow: string;
  version: number;
  published_at: string | null;
  published_by: string;
  has_draft: boolean;
  closing: { since: string; note: string; user_name: string } | null;
  now: Destination;
  errors: number;
  warnings: number;
}

export interface Draft {
  document: Plan;
  based_on: number;
  updated_at: string;
  user_name: string;
  row_version: number;
}

export interface NumberShown extends NumberItem {
  document: Plan | null;
  draft: Draft | null;
  findings: Finding[];
}

export interface Version {
  version: number;
  at: string;
  note: string;
  user_name: string;
  document: Plan;
}

export interface Published {
  version: Version;
  applied: boolean;
}

export interface Choice {
  name: string;
  title: string;
  title_en: string;
}

export interface Choices {
  flows: Choice[];
  queues: Choice[];
  agents: Choice[];
  schedules: Choice[];
  sites: Choice[];
  countries: string[];
  zones: string[];
}

export interface Period {
  days: string[];
  from: string;
  until: string;
}

export interface Dated {
  from: string;
  until?: string;
  hours?: { from: string; until: string }[];
  note?: string;
}

export interface Schedule {
  format: 1;
  title: string;
  zone: string;
  hours: Period[];
  holidays?: { country: string; subdivision?: string };
  exceptions?: Dated[];
}

export interface ScheduleShown {
  name: string;
  version: number;
  at: string;
  user_name: string;
  document: Schedule;
  open: boolean | null;
  used_by: string[];
}

export interface Site {
  name: string;
  title: string;
  up: boolean;
  note: string;
  since: string;
  user_name: string;
}

export interface Blocked {
  entry_id: string;
  number: string;
  reason: string;
  until: string | null;
  since: string;
  user_name: string;
}

export interface Split {
  number: string;
  rule: string;
  version: number;
  calls: number;
  worst_off: number;
  shares: { share: number; percent: number; target: string; to: Target; served: number; booked: number;
    actual_percent: number; off: number }[];
}
