// Figures, times and phone numbers as people read them.

import { chinese, t } from "./i18n";

const locale = chinese ? "zh-CN" : "en-GB";
const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false });
const timeExact = new Intl.DateTimeFormat(locale, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const fullDay = new Intl.DateTimeFormat("sv-SE", {
  year: "numeric", month: "2-digit", day: "2-digit" });
const whole = new Intl.NumberFormat(locale);

/** Seconds as 1:05, or 1:02:03 from an hour on. */
export function duration(seconds: number): string {
  const all = Math.floor(Math.max(0, seconds));
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60;
  const rest = String(all % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** The same, or a dash where nothing was measured. */
export function durationOr(seconds: number | null | undefined): string {
  return seconds === null || seconds === undefined ? "–" : duration(seconds);
}

export function count(value: number): string {
  return whole.format(value);
}

export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? "–" : `${Math.round(share * 100)} %`;
}

/** "today 09:12", "yesterday 17:40", "11-20 08:00" or "2025-03-01". */
export function when(at: string | null | undefined, withToday = true): string {
  if (!at) return "–";
  const date = new Date(at);
  const days = daysAgo(date);
  if (days === 0) return withToday ? `${t("today")} ${time.format(date)}` : time.format(date);
  if (days === 1) return `${t("yesterday")} ${time.format(date)}`;
  if (date.getFullYear() === new Date().getFullYear()) {
    return `${fullDay.format(date).slice(5)} ${time.format(date)}`;
  }
  return fullDay.format(date);
}

export function exactly(at: string | null | undefined): string {
  return at ? `${fullDay.format(new Date(at))} ${timeExact.format(new Date(at))}` : "–";
}

export function clockTime(at: string): string {
  return timeExact.format(new Date(at));
}

/** The reader's own time zone, e.g. Asia/Shanghai. */
export function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

export function isoDay(date: Date): string {
  return fullDay.format(date);
}

function daysAgo(date: Date): number {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const its = new Date(date);
  its.setHours(0, 0, 0, 0);
  return Math.round((midnight.getTime() - its.getTime()) / 86_400_000);
}

/** A number as people write it: +86 138 0013 8000, 021 6210 8888, 4000. */
export function phone(number: string | null | undefined): string {
  if (!number) return t("number withheld");
  const mobile = /^(\+86)?(1\d{2})(\d{4})(\d{4})$/.exec(number);
  if (mobile) return [mobile[1], mobile[2], mobile[3], mobile[4]].filter(Boolean).join(" ");
  const landline = /^(\+86)(10|2\d|[3-9]\d{2})(\d{3,4})(\d{4})$/.exec(number);
  if (landline) return landline.slice(1).join(" ");
  return number;
}

/** Money as the server gave it, with the sign people know. */
export function money(amount: string | null | undefined, currency = "CNY"): string {
  if (amount === null || amount === undefined) return "–";
  const sign = { CNY: "¥", USD: "$", EUR: "€" }[currency];
  const short = amount.replace(/(\.\d{2,}?)0+$/, "$1"); // exact, but without empty places
  return sign ? `${sign}${short}` : `${short} ${currency}`;
}

/** Initials for a face without a photo: 张三 -> 张, Ada Byron -> AB. */
export function initials(name: string): string {
  const trimmed = name.trim();
  if (!trimmed) return "?";
  if (/^\p{Script=Han}/u.test(trimmed)) return trimmed[0] ?? "?";
  const parts = trimmed.split(/\s+/);
  return [parts[0], parts.length > 1 ? parts[parts.length - 1] : ""]
    .map((part) => Array.from(part ?? "")[0] ?? "").join("").toUpperCase();
}
