import type { Bus } from './bus.ts';
import type { SimClock } from './clock.ts';
import type { FaultTable } from './faults.ts';
import type { People } from './people.ts';
import type { Resources } from './resources.ts';
import type { WireLog } from './wire.ts';

/** What all platforms of one simulator share. */
export interface SharedWorld {
  readonly clock: SimClock;
  readonly bus: Bus;
  readonly wire: WireLog;
  readonly faults: FaultTable;
  readonly people: People;
  readonly resources: Resources;
  /** How many times faster than in life the vendor's redelivery waits pass. */
  speed: number;
}
