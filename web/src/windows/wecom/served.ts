import { useMemo } from 'react';
import type { SimApp, SimChat } from '../../../../src/simulator/contract.ts';
import { useSim } from '../../api/store.ts';

/** Where a customer's conversation stands, as one who serves sees it. */
export type DeskGroup = 'waiting' | 'mine' | 'others' | 'bot' | 'ended';
export const DESK_GROUPS: readonly DeskGroup[] = ['waiting', 'mine', 'others', 'bot', 'ended'];

export interface Served {
  readonly chat: SimChat;
  readonly group: DeskGroup;
  readonly customer: string;
  readonly account: string;
}

export function groupOf({ service }: SimChat, servicer: string): DeskGroup {
  switch (service?.state) {
    case 2:
      return 'waiting';
    case 3:
      return service.servicer === servicer ? 'mine' : 'others';
    case 4:
      return 'ended';
    default:
      return 'bot';
  }
}

/** The accounts of customer service where somebody serves. */
export function accountsOf(apps: readonly SimApp[], servicer: string): readonly SimApp[] {
  return apps.filter(({ servicers }) => servicers?.some(({ person }) => person === servicer));
}

/** Conversations that somebody may serve: who waits first, then her own; the newest first among equals. */
export function servedBy(chats: Iterable<SimChat>, apps: readonly SimApp[], servicer: string): readonly Served[] {
  const accounts = new Set(accountsOf(apps, servicer).map(({ id }) => id));
  return [...chats]
    .flatMap((chat): Served[] => {
      const [account, customer] = [chat.bots[0], chat.people[0]];
      if (chat.service === undefined || account === undefined || customer === undefined) return [];
      return accounts.has(account) ? [{ chat, account, customer, group: groupOf(chat, servicer) }] : [];
    })
    .toSorted(
      (a, b) => DESK_GROUPS.indexOf(a.group) - DESK_GROUPS.indexOf(b.group) || b.chat.activeAt - a.chat.activeAt,
    );
}

export function useServed(servicer: string): readonly Served[] {
  const chats = useSim((sim) => sim.chats);
  const apps = useSim((sim) => sim.apps);
  return useMemo(() => servedBy(chats.values(), apps, servicer), [chats, apps, servicer]);
}
