import { App, ConfigProvider } from 'antd';
import enUS from 'antd/es/locale/en_US';
import zhCN from 'antd/es/locale/zh_CN';
import { type ReactNode, StrictMode, useEffect, useMemo } from 'react';
import { createRoot } from 'react-dom/client';
import { usePreferences } from './api/preferences.ts';
import { Page } from './app.tsx';
import { useText } from './text/index.ts';
import { antdTheme, useDark } from './theme.ts';
import './styles/base.css';
import './styles/page.css';
import './styles/panels.css';
import './styles/text.css';

function Root(): ReactNode {
  const t = useText();
  const { lang } = usePreferences();
  const dark = useDark();
  const theme = useMemo(() => antdTheme(dark), [dark]);
  useEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
    document.title = `${t.name} ${t.demo}`;
  }, [lang, t]);
  return (
    <ConfigProvider locale={lang === 'zh' ? zhCN : enUS} theme={theme} button={{ autoInsertSpace: false }}>
      <App component={false}>
        <Page />
      </App>
    </ConfigProvider>
  );
}

const root = document.querySelector('#root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Root />
    </StrictMode>,
  );
}
