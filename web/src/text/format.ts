import type { Lang } from '../api/preferences.ts';

const LOCALES: Readonly<Record<Lang, string>> = { zh: 'zh-CN', en: 'en-GB' };

/** A duration as people read it: `0.94 ms`, `212 ms`, `1.3 s`. */
export function formatMs(ms: number): string {
  // A clock that counts whole milliseconds, or one that went back.
  if (ms <= 0) return '<1 ms';
  if (ms < 10) return `${ms.toFixed(ms < 1 ? 2 : 1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** `812 B`, `4.2 KB`, `3.1 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${(bytes / 1_024).toFixed(1)} KB`;
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}

/** `14:03`, in the viewer's zone. */
export function formatClock(at: number, lang: Lang): string {
  return new Intl.DateTimeFormat(LOCALES[lang], { hour: '2-digit', minute: '2-digit', hour12: false }).format(at);
}

/** `14:03:07.512`. */
export function formatExact(at: number): string {
  const date = new Date(at);
  const pad = (n: number, width = 2): string => String(n).padStart(width, '0');
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}

/** As in a chat list: the clock today, the word for yesterday, else the date. */
export function formatChatTime(at: number, lang: Lang, yesterday: string): string {
  const days = daysAgo(at);
  if (days === 0) return formatClock(at, lang);
  if (days === 1) return yesterday;
  return new Intl.DateTimeFormat(LOCALES[lang], { month: 'numeric', day: 'numeric' }).format(at);
}

export function formatDateTime(at: number, lang: Lang): string {
  return new Intl.DateTimeFormat(LOCALES[lang], { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

/** 0 today, 1 yesterday, in the viewer's zone. */
export function daysAgo(at: number): number {
  return dayOf(Date.now()) - dayOf(at);
}

/** Days since the epoch in the viewer's zone. */
function dayOf(at: number): number {
  return Math.floor((at - new Date(at).getTimezoneOffset() * 60_000) / 86_400_000);
}
