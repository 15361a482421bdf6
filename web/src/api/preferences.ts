import { useSyncExternalStore } from 'react';

export type Lang = 'zh' | 'en';
export type ThemeChoice = 'light' | 'dark' | 'system';

/** What this browser remembers of the person who looks at the page. */
export interface Preferences {
  readonly lang: Lang;
  readonly theme: ThemeChoice;
  /** Whether the panels below the windows are open. */
  readonly dock: boolean;
  /** Windows that were chosen to be open, in their order; undefined for as many as there is room for. */
  readonly windows: readonly string[] | undefined;
  /** The tour: steps done by name, and whether it was put away. */
  readonly tourDone: readonly string[];
  readonly tourHidden: boolean;
}

const KEY = 'posthouse-demo';
const listeners = new Set<() => void>();
let preferences = load();

export function getPreferences(): Preferences {
  return preferences;
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, getPreferences);
}

export function setPreferences(change: Partial<Preferences>): void {
  preferences = { ...preferences, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing forgets it with the page; that is its owner's wish.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** `?lang=en&theme=dark&windows=desktop,phone` in the address come before what was saved. */
function load(): Preferences {
  const query = new URLSearchParams(location.search);
  const defaults: Preferences = {
    lang: navigator.language.startsWith('zh') ? 'zh' : 'en',
    theme: 'system',
    dock: true,
    windows: undefined,
    tourDone: [],
    tourHidden: false,
  };
  const lang = query.get('lang');
  const theme = query.get('theme');
  const windows = query.get('windows')?.split(',');
  return {
    ...defaults,
    ...saved(),
    ...(lang === 'zh' || lang === 'en' ? { lang } : {}),
    ...(theme === 'light' || theme === 'dark' || theme === 'system' ? { theme } : {}),
    ...(windows === undefined ? {} : { windows }),
  };
}

function saved(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>;
  } catch {
    return {};
  }
}
