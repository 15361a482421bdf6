import { useEffect } from 'react';
import type { SimMessage } from '../../../../src/simulator/contract.ts';
import { useSeat } from '../seat.tsx';

/** What was told to be read, so that two windows of one person do not tell it twice. */
const told = new Set<string>();

/** Tells the platform that what is on the screen has been read, as the client does. */
export function useReading(messages: readonly SimMessage[]): void {
  const { seat, run } = useSeat();
  const me = seat.person.id;
  useEffect(() => {
    for (const message of messages) {
      const own = message.from.kind === 'person' && message.from.person === me;
      const key = `${me}:${message.id}`;
      const isLine = message.from.kind === 'system' && message.content.kind !== 'card';
      if (own || isLine || message.readBy.includes(me) || told.has(key)) continue;
      told.add(key);
      void run({ type: 'read', message: message.id });
    }
  }, [messages, me, run]);
}
