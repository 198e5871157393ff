// Calls /api/v1 with the session cookie and tells failures in words.

import { t } from "../words/i18n";

export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly traceId = "",
  ) {
    super(message);
  }
}

let csrf = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

/** Replace the token after a new sign-in. */
export function useToken(token: string): void {
  csrf = token;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export async function api<Answer>(
  method: Method, path: string, body?: unknown, signal?: AbortSignal,
): Promise<Answer> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (signal) init.signal = signal;
  if (method !== "GET") {
    headers["X-CSRF-Token"] = csrf;
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body ?? {});
  }
  const answer = await send(`/api/v1${path}`, init);
  if (answer.ok) return (answer.status === 204 ? null : await answer.json()) as Answer;
  throw await problem(answer);
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem(0, "network", words("network"));
  }
}

async function problem(answer: Response): Promise<ApiProblem> {
  const told = (await answer.json().catch(() => ({}))) as Partial<
    { code: string; message: string; field: string | null; trace_id: string }
  >;
  const code = told.code ?? `http_${answer.status}`;
  if (answer.status === 401 && code === "not_signed_in") leaveForLogin();
  return new ApiProblem(
    answer.status, code, words(code, told.message ?? ""), told.field ?? null, told.trace_id ?? "");
}

function leaveForLogin(): void {
  if (location.pathname === "/login" || location.pathname === "/phone") return;
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** What a code means to a person; the server's words, in his language, where no own are known. */
export function words(code: string, fallback = ""): string {
  switch (code) {
    case "network": return t("The server cannot be reached.");
    case "bad_credentials": return t("Name or password is not right.");
    case "too_many_attempts": return t("Too many attempts. Wait a little and try again.");
    case "not_signed_in": return t("You are signed out.");
    case "csrf_failed": return t("This page is old. Load it again.");
    case "not_permitted": return t("You may not do this.");
    case "not_found": return t("This is not there (any more).");
    case "wrong_state": return t("Not possible in this state.");
    case "not_your_call": return t("This call is not yours (any more).");
    case "unknown_agent": return t("This agent is not known.");
    case "agent_not_free": return t("This agent is not free.");
    case "unknown_queue": return t("There is no such queue.");
    case "invalid_number": return t("A number has 2 to 20 digits.");
    case "phone_not_ready": return t("Your phone is not registered or is in use.");
    case "credentials_unavailable": return t("Phones cannot log in now.");
    case "engine_unavailable": return t("The call engine does not answer. Calls in talk go on.");
    case "database_unavailable": return t("The database does not answer. Nothing was saved.");
    case "edited_meanwhile": return t("Somebody else has changed this meanwhile. Look again.");
    case "no_sound": return t("This is no sound we can read: bring WAV, FLAC or Ogg.");
    case "sound_kind": return t("This server cannot read this kind of sound: bring WAV, FLAC or Ogg.");
    case "sound_too_big": return t("A prompt may have 20 MB at most.");
    case "sound_too_long": return t("A prompt may last five minutes at most.");
    case "sound_empty": return t("There is nothing to hear in it.");
    case "cannot_speak": return t("No voice is installed on this server.");
    case "in_use": return t("This is still in use.");
    case "too_large": return t("This is too long.");
    default: return fallback || t("Something went wrong ({code}).", { code });
  }
}

export const get = <Answer>(path: string, signal?: AbortSignal) =>
  api<Answer>("GET", path, undefined, signal);
export const post = <Answer>(path: string, body?: unknown) => api<Answer>("POST", path, body);
export const put = <Answer>(path: string, body: unknown) => api<Answer>("PUT", path, body);
export const patch = <Answer>(path: string, body: unknown) => api<Answer>("PATCH", path, body);

/** A query string of the values that are set. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const set = Object.entries(values).filter(([, value]) => value !== null && value !== undefined
    && value !== "");
  return set.length ? `?${new URLSearchParams(set.map(([k, v]) => [k, String(v)]))}` : "";
}

/** Send a sound as it is. */
export async function upload<Answer>(path: string, body: Blob): Promise<Answer> {
  const answer = await send(`/api/v1${path}`, {
    method: "POST", credentials: "same-origin", body,
    headers: { Accept: "application/json", "X-CSRF-Token": csrf,
      "Content-Type": body.type.startsWith("audio/") ? body.type : "application/octet-stream" },
  });
  if (!answer.ok) throw await problem(answer);
  return await answer.json() as Answer;
}

/** A sound that is kept on the server. */
export async function soundAt(path: string): Promise<Blob> {
  const answer = await send(`/api/v1${path}`, { credentials: "same-origin" });
  if (!answer.ok) throw await problem(answer);
  return answer.blob();
}

/** What the server answers as sound. */
export async function sound(path: string, body: unknown): Promise<Blob> {
  const answer = await send(`/api/v1${path}`, {
    method: "POST", credentials: "same-origin", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
  });
  if (!answer.ok) throw await problem(answer);
  return answer.blob();
}
