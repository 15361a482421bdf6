import type { Socket } from 'node:net';

/**
 * From now on what is written to a socket in one turn of the event loop is given to the system in one call. A client of a database that
 * writes each command by itself spends most of its time in these calls when much goes on at once.
 *
 * Nothing waits longer than the turn takes, and the order stays.
 */
export function gatherWrites(socket: Socket): void {
  // What is put in the way of `write` before, `connect` takes away.
  if (socket.pending) return void socket.once('connect', () => gatherWrites(socket));
  const write = socket.write.bind(socket) as (...args: readonly unknown[]) => boolean;
  let isGathering = false;
  socket.write = (...args: readonly unknown[]): boolean => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      setImmediate(() => {
        isGathering = false;
        socket.uncork();
      });
    }
    return write(...args);
  };
}
