import { type ThemeConfig, theme } from 'antd';
import { useEffect, useState } from 'react';
import { type ThemeChoice, usePreferences } from './api/preferences.ts';

const DARK = '(prefers-color-scheme: dark)';

/** Whether it is dark now, by choice or by the system; also told to the style sheets. */
export function useDark(): boolean {
  const { theme: choice } = usePreferences();
  const [system, setSystem] = useState(() => matchMedia(DARK).matches);
  useEffect(() => {
    const media = matchMedia(DARK);
    const listen = (): void => setSystem(media.matches);
    media.addEventListener('change', listen);
    return () => media.removeEventListener('change', listen);
  }, []);
  const dark = isDark(choice, system);
  useEffect(() => {
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  }, [dark]);
  return dark;
}

function isDark(choice: ThemeChoice, system: boolean): boolean {
  return choice === 'system' ? system : choice === 'dark';
}

export function antdTheme(dark: boolean): ThemeConfig {
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    cssVar: { key: 'posthouse' },
    token: {
      colorPrimary: dark ? '#3c83e8' : '#0f5fd7',
      colorError: dark ? '#e5534b' : '#c92a2a',
      // The kit's own are too pale to be read.
      colorTextPlaceholder: dark ? '#9aa1ab' : '#646d7a',
      borderRadius: 6,
      fontFamily: 'var(--font)',
      wireframe: false,
    },
    components: {
      Segmented: {
        itemSelectedColor: dark ? '#8fbaff' : '#0b4fb5',
        // The kit's own is a black hole in a dark page.
        ...(dark && { trackBg: '#2b2e33', itemSelectedBg: '#3d4147' }),
      },
    },
  };
}
