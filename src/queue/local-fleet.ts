import type { Fleet, LaneWorker, Topic } from '../core/fleet.ts';

/** A process for itself. @param connected - False where there may be others that it cannot reach. */
export function localFleet(connected = true): Fleet {
  const heard = new Map<Topic, ((text: string) => void)[]>();
  let worker: LaneWorker | undefined;
  return {
    wake: (lane) => worker?.wake(lane),
    keepsLanes: () => worker !== undefined,
    handOn: () => undefined,
    work(one) {
      worker = one;
    },
    say(topic, text) {
      for (const hear of heard.get(topic) ?? []) hear(text);
    },
    hear(topic, hear) {
      heard.set(topic, [...(heard.get(topic) ?? []), hear]);
    },
    connected,
    alone: true,
    leave: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
