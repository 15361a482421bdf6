import { CompassOutlined, DesktopOutlined, MoonOutlined, ReloadOutlined, SunOutlined } from '@ant-design/icons';
import { App, Button, Popconfirm, Segmented, Select, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { changeSettings, reset } from './api/client.ts';
import { setPreferences, type ThemeChoice, usePreferences } from './api/preferences.ts';
import { useStore } from './api/store.ts';
import { useErrorWords } from './parts/states.tsx';
import { useText } from './text/index.ts';

/** How many times faster than in life the platform tries again. */
const SPEEDS = [1, 10, 60, 600] as const;

const THEME_ICONS: Readonly<Record<ThemeChoice, ReactNode>> = {
  light: <SunOutlined aria-hidden="true" />,
  dark: <MoonOutlined aria-hidden="true" />,
  system: <DesktopOutlined aria-hidden="true" />,
};

export function TopBar(): ReactNode {
  const t = useText();
  const { lang, theme, tourHidden } = usePreferences();
  return (
    <header className="top">
      <h1>
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
          <rect width="32" height="32" rx="8" fill="var(--brand)" />
          <path d="M7 15 16 8l9 7v9H7z" fill="none" stroke="#fff" strokeWidth="2.4" strokeLinejoin="round" />
          <path
            d="M11.500 19.500h5m-5 0 2-2m-2 2 2 2m7-4h-2"
            stroke="#fff"
            strokeWidth="1.800"
            fill="none"
            strokeLinecap="round"
          />
        </svg>
        <b className="name">{t.name}</b> <span>{t.demo}</span>
      </h1>
      <p>{t.bar.source}</p>
      <div className="top-tools">
        <Segmented
          size="small"
          aria-label={t.bar.language}
          value={lang}
          onChange={(value) => setPreferences({ lang: value })}
          options={[
            { value: 'zh' as const, label: '中文' },
            { value: 'en' as const, label: 'EN' },
          ]}
        />
        <Segmented
          size="small"
          aria-label={t.bar.theme}
          value={theme}
          onChange={(value) => setPreferences({ theme: value })}
          options={(['light', 'dark', 'system'] as const).map((value) => ({
            value,
            icon: THEME_ICONS[value],
            label: <span className="word">{t.bar[value]}</span>,
          }))}
        />
        <Speed />
        {tourHidden && (
          <Button size="small" icon={<CompassOutlined />} onClick={() => setPreferences({ tourHidden: false })}>
            <span className="word">{t.bar.tour}</span>
          </Button>
        )}
        <Reset />
      </div>
    </header>
  );
}

function Speed(): ReactNode {
  const t = useText();
  const { message } = App.useApp();
  const words = useErrorWords();
  const speed = useStore(({ sim }) => sim?.settings.speed);
  const options = [...new Set([...SPEEDS, speed ?? 1])]
    .toSorted((a, b) => a - b)
    .map((value) => ({ value, label: `${value}×` }));
  return (
    <Tooltip title={t.bar.speedHelp} placement="bottomRight">
      <span className="top-speed">
        <span aria-hidden="true">{t.bar.speed}</span>
        <Select<number>
          size="small"
          aria-label={t.bar.speed}
          value={speed ?? 1}
          disabled={speed === undefined}
          options={options}
          popupMatchSelectWidth={false}
          onChange={(value) =>
            void changeSettings({ speed: value }).catch((error: unknown) => void message.error(words(error)))
          }
        />
      </span>
    </Tooltip>
  );
}

function Reset(): ReactNode {
  const t = useText();
  const { message } = App.useApp();
  const words = useErrorWords();
  async function confirm(): Promise<void> {
    try {
      await reset();
      void message.success(t.bar.resetDone);
    } catch (error) {
      void message.error(words(error));
    }
  }
  return (
    <Popconfirm
      title={t.bar.resetAsk}
      okText={t.common.ok}
      cancelText={t.common.cancel}
      placement="bottomRight"
      onConfirm={() => void confirm()}
    >
      <Button size="small" icon={<ReloadOutlined />}>
        <span className="word">{t.bar.reset}</span>
      </Button>
    </Popconfirm>
  );
}
