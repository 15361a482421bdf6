import type { Bus } from './bus.ts';
import type { SimClock } from './clock.ts';
import type { GatewayState } from './contract.ts';

/** What is known of the gateway's process. Whoever runs it says so; the simulator does not look by itself. */
export interface GatewayWatch {
  readonly state: GatewayState;
  /** News of the process. */
  update(news: Partial<Omit<GatewayState, 'since' | 'canKill'>>): void;
  /** Another life begins: nothing of what was known still holds. */
  forget(): void;
  /** Who can kill it; without one it cannot be killed from here. */
  killer: (() => void | Promise<void>) | undefined;
  /**
   * Who can make it forget everything; without one only the simulator starts anew. Does `between` while no gateway runs, so
   * that nothing of before comes in after it.
   */
  renewer: ((between: () => void) => Promise<void>) | undefined;
}

export function createGatewayWatch(clock: SimClock, bus: Bus): GatewayWatch {
  let state: GatewayState = { state: 'unknown', since: clock.now(), canKill: false, kills: 0 };
  let killer: GatewayWatch['killer'];
  const change = (news: Partial<GatewayState>): void => {
    state = { ...state, ...news, canKill: killer !== undefined };
    bus.emit({ type: 'gateway-changed', gateway: state });
  };
  return {
    get state() {
      return state;
    },
    forget() {
      const { since, canKill } = state;
      state = { state: 'unknown', since, canKill, kills: 0 };
    },
    update: (news) =>
      change(news.state === undefined || news.state === state.state ? news : { ...news, since: clock.now() }),
    get killer() {
      return killer;
    },
    set killer(wanted) {
      killer = wanted;
      change({});
    },
    renewer: undefined,
  };
}
