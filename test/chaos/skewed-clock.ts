/**
 * Loaded before a gateway (`node --import`): its wall clock is off by what stands in the file that CHAOS_CLOCK names, in milliseconds, read
 * again at SIGUSR2. Stopwatches (`performance.now`) and timers go on as ever, as they do when somebody sets a machine's clock.
 */
import { readFileSync } from 'node:fs';

const file = process.env['CHAOS_CLOCK'] ?? '';
const RealDate = Date;
const realNow = Date.now;
let byMs = 0;

process.on('SIGUSR2', () => {
  byMs = Number(readFileSync(file, 'utf8'));
});

Date.now = () => realNow() + byMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [realNow() + byMs] : args, newTarget) as object,
  apply: () => new RealDate(realNow() + byMs).toString(),
});
