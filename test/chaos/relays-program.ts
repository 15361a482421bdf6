/**
 * The network between the processes of a chaos run, where it can be broken: relays of bytes in a process of its own. One that has several
 * targets is a load balancer, which goes on to the next target when one refuses.
 */
import { mkdirSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { serve } from '../../bench/program.ts';
import type { Break } from './plan.ts';

export interface RelayOptions {
  readonly name: string;
  /** A socket's path; a free port when absent. */
  readonly path?: string;
  /** Ports of this machine, or paths. */
  readonly targets: readonly (number | string)[];
}

/** So long a connection that the network has forgotten looks alive. */
export const FOUND_OUT_MS = 30_000;

interface Pair {
  readonly sockets: readonly [Socket, Socket];
  /** Nothing will ever come through again. */
  isDead: boolean;
}

class Relay {
  readonly pairs = new Set<Pair>();
  readonly targets: readonly (number | string)[];
  broken: Break | undefined;
  #turn = 0;

  constructor(targets: readonly (number | string)[]) {
    this.targets = targets;
  }

  break(how: Break): void {
    this.broken = how;
    for (const pair of this.pairs) {
      if (how === 'reset') for (const socket of pair.sockets) end(socket);
      else for (const socket of pair.sockets) socket.pause();
    }
  }

  heal(): void {
    for (const pair of this.pairs) {
      if (this.broken === 'forget') {
        pair.isDead = true;
        // Both ends find out at last, each when it next asks whether the other is there.
        setTimeout(() => pair.sockets.forEach(end), FOUND_OUT_MS).unref();
      }
      if (!pair.isDead) for (const socket of pair.sockets) socket.resume();
    }
    this.broken = undefined;
  }

  take(caller: Socket, tries = 0): void {
    if (this.broken === 'reset') return end(caller);
    const target = this.targets[this.#turn++ % this.targets.length] as number | string;
    const far = connect(placeOf(target));
    const refused = (): void => {
      far.destroy();
      if (tries + 1 < this.targets.length) this.take(caller, tries + 1);
      else end(caller);
    };
    far.once('error', refused);
    far.once('connect', () => {
      far.off('error', refused);
      if (caller.destroyed) far.destroy();
      else this.#join(caller, far);
    });
  }

  #join(caller: Socket, far: Socket): void {
    const pair: Pair = { sockets: [caller, far], isDead: false };
    this.pairs.add(pair);
    const isStill = (): boolean => pair.isDead || this.broken !== undefined;
    for (const [from, to] of [pair.sockets, pair.sockets.toReversed() as [Socket, Socket]]) {
      from.setNoDelay(true);
      from.on('data', (chunk: Buffer) => {
        if (to.write(chunk)) return;
        from.pause();
        to.once('drain', () => isStill() || from.resume());
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        this.pairs.delete(pair);
      });
    }
    if (isStill()) for (const socket of pair.sockets) socket.pause();
  }
}

/** As hard as the kind of connection allows. */
function end(socket: Socket): void {
  if (socket.remoteFamily === undefined) socket.destroy();
  else socket.resetAndDestroy();
}

function placeOf(target: number | string): NetConnectOpts {
  return typeof target === 'number' ? { port: target, host: '127.0.0.1' } : { path: target };
}

const relays = new Map<string, Relay>();

const HANDLERS = {
  /** @returns The port, or 0 for a path. */
  async open({ name, path, targets }: RelayOptions): Promise<number> {
    const relay = new Relay(targets);
    relays.set(name, relay);
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (caller) => {
      caller.on('error', () => caller.destroy());
      relay.take(caller);
      if (relay.broken === undefined) caller.resume();
    });
    if (path !== undefined) mkdirSync(dirname(path), { recursive: true });
    await new Promise<void>((resolve) => {
      if (path === undefined) server.listen(0, '127.0.0.1', resolve);
      else server.listen(path, resolve);
    });
    return path === undefined ? (server.address() as AddressInfo).port : 0;
  },
  break: ({ name, how }: { readonly name: string; readonly how: Break }): void => relays.get(name)?.break(how),
  heal: (name: string): void => relays.get(name)?.heal(),
};
export type Relays = typeof HANDLERS;
serve(HANDLERS);
