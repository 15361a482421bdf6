import { randomUUID } from 'node:crypto';
import type { SimClock } from '../../clock.ts';

export interface Subscription {
  readonly type: 'EVENT' | 'CALLBACK';
  readonly topic: string;
}

/** The right to open one long connection. */
export interface Ticket {
  readonly app: string;
  readonly ua: string;
  readonly subscriptions: readonly Subscription[];
  readonly until: number;
}

export interface Tickets {
  give(wanted: Omit<Ticket, 'until'>): string;
  /** @returns Undefined when it is unknown, over, or was used before. */
  use(ticket: string): Ticket | undefined;
}

export function createTickets(clock: SimClock, lifeMs: number): Tickets {
  const open = new Map<string, Ticket>();
  return {
    give(wanted) {
      const now = clock.now();
      for (const [id, { until }] of open) {
        if (until > now) break;
        open.delete(id);
      }
      const id = randomUUID();
      open.set(id, { ...wanted, until: now + lifeMs });
      return id;
    },
    use(id) {
      const ticket = open.get(id);
      open.delete(id);
      return ticket === undefined || ticket.until <= clock.now() ? undefined : ticket;
    },
  };
}
