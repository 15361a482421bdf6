import { useEffect } from 'react';
import type { SimMessage } from '../../../../src/simulator/contract.ts';
import { useSeat } from '../seat.tsx';
import { useManner } from './manner.tsx';

/** What was seen, so that two windows of one person do not tell it twice. */
const seen = new Set<string>();

/** Whether somebody has read a message: the vendor knows it, or it was on her screen here. */
export function wasRead(message: SimMessage, person: string): boolean {
  return message.readBy.includes(person) || seen.has(keyOf(message, person));
}

function keyOf({ platform, id }: SimMessage, person: string): string {
  return `${person}:${platform}:${id}`;
}

/** Tells the platform that what is on the screen has been read, as the client does. */
export function useReading(messages: readonly SimMessage[]): void {
  const { seat, run } = useSeat();
  const { can } = useManner();
  const me = seat.person.id;
  const tells = can.has('reading');
  useEffect(() => {
    for (const message of messages) {
      const own = message.from.kind === 'person' && message.from.person === me;
      const isLine = message.from.kind === 'system' && message.content.kind !== 'card';
      if (own || isLine || wasRead(message, me)) continue;
      seen.add(keyOf(message, me));
      if (tells) void run({ type: 'read', message: message.id });
    }
  }, [messages, me, run, tells]);
}
