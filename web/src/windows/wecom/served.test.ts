import { describe, expect, it } from 'vitest';
import type { SimApp, SimChat, SimService } from '../../../../src/simulator/contract.ts';
import { servedBy } from './served.ts';

function chat(id: string, service: SimService | undefined, activeAt = 0, account = 'wk1'): SimChat {
  const base = { platform: 'wecom', kind: 'direct', topics: false, name: { zh: id, en: id } } as const;
  return { ...base, id, people: [`customer-of-${id}`], bots: [account], activeAt, ...(service && { service }) };
}

function account(id: string, ...servicers: string[]): SimApp {
  const avatar = { color: 'red', letters: 'A' };
  const lists = { menu: [], scopes: [], credentials: {}, env: {} };
  const on = servicers.map((person) => ({ person, onDuty: true }));
  const base = { platform: 'wecom', surface: 'kf', mode: 'webhook', connections: 0 } as const;
  return { ...base, ...lists, id, name: id, avatar, botId: id, servicers: on };
}

describe('the desk of one who serves', () => {
  const apps = [account('wk1', 'chen', 'wang'), account('wk2', 'wang')];

  it('has who waits on top, then her own, then the rest, the newest first', () => {
    const chats = [
      chat('ended', { state: 4 }, 9),
      chat('bot', { state: 1 }, 8),
      chat('wangs', { state: 3, servicer: 'wang' }, 7),
      chat('own', { state: 3, servicer: 'chen' }, 6),
      chat('waits', { state: 2 }, 1),
      chat('waits-longer', { state: 2 }, 0),
    ];
    expect(servedBy(chats, apps, 'chen').map((one) => [one.chat.id, one.group])).toEqual([
      ['waits', 'waiting'],
      ['waits-longer', 'waiting'],
      ['own', 'mine'],
      ['wangs', 'others'],
      ['bot', 'bot'],
      ['ended', 'ended'],
    ]);
  });

  it('has nothing of accounts where she does not serve, and no chats of colleagues', () => {
    const chats = [chat('other', { state: 2 }, 0, 'wk2'), chat('colleagues', undefined)];
    expect(servedBy(chats, apps, 'chen')).toEqual([]);
    expect(servedBy(chats, apps, 'wang').map(({ customer }) => customer)).toEqual(['customer-of-other']);
  });
});
