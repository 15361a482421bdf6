import { MenuOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { MenuItem, SimChat } from '../../../../src/simulator/contract.ts';
import { useSim } from '../../api/store.ts';
import { MenuButton } from '../../parts/menu.tsx';
import { useText, useWords } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';

/** The menu that a bot offers in the direct chat with it. */
export function BotMenu({ chat }: { readonly chat: SimChat }): ReactNode {
  const t = useText();
  const pick = useWords();
  const { run } = useSeat();
  const app = useSim((sim) => sim.apps.find(({ id }) => chat.kind === 'direct' && chat.bots.includes(id)));
  if (app === undefined || app.menu.length === 0) return null;

  const choose = (item: MenuItem): void => {
    if (item.key !== undefined) void run({ type: 'menu', app: app.id, key: item.key });
  };
  return (
    <div className="im-bot-menu" role="group" aria-label={t.chat.menu}>
      {app.menu.map((item) =>
        item.items === undefined || item.items.length === 0 ? (
          <button key={item.key ?? item.label.zh} type="button" onClick={() => choose(item)}>
            {pick(item.label)}
          </button>
        ) : (
          <MenuButton
            key={item.key ?? item.label.zh}
            label={pick(item.label)}
            entries={item.items.map((sub) => ({
              key: sub.key ?? sub.label.zh,
              label: pick(sub.label),
              onSelect: () => choose(sub),
            }))}
          >
            <MenuOutlined aria-hidden="true" /> {pick(item.label)}
          </MenuButton>
        ),
      )}
    </div>
  );
}
