// What the API tells of prompts that people bring or record.

export interface PromptVersion {
  version: number;
  title: string;
  seconds: number;
  source: string;
  note: string;
  at: string;
  user_name: string;
  removed: boolean;
}

export interface Prompt extends PromptVersion {
  name: string;
  sound: string;
  used_by: string[];
}

export const soundPath = (name: string, version?: number): string =>
  `/prompts/${encodeURIComponent(name)}/sound${version ? `?version=${version}` : ""}`;
