import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from './figures.ts';

/** How much of the machine was used since {@link watchMachine} was called, from 0 to 1. */
export interface MachineUse {
  readonly byUs: number;
  /** By programs that have nothing to do with the bench: the more, the less the numbers say. */
  readonly byOthers: number;
}

/** @returns Tells the use so far; undefined where the system does not tell it the Linux way. */
export function watchMachine(): () => MachineUse | undefined {
  const before = readUse();
  return () => {
    const after = readUse();
    if (before === undefined || after === undefined) return undefined;
    const total = after.total - before.total;
    const byUs = (after.ours - before.ours) / total;
    return { byUs, byOthers: Math.max(0, (after.busy - before.busy) / total - byUs) };
  };
}

/** In ticks, since the machine's start; ours those of this process, of its children and of those that have ended. */
function readUse(): { busy: number; total: number; ours: number } | undefined {
  const line = readSystem('stat')?.split('\n')[0]?.trim().split(/\s+/).slice(1, 9).map(Number);
  if (line === undefined) return undefined;
  const total = line.reduce((sum, ticks) => sum + ticks, 0);
  const busy = total - (line[3] ?? 0) - (line[4] ?? 0);
  return { busy, total, ours: familyTicks() };
}

function familyTicks(): number {
  const own = ticksOf(process.pid, [11, 12, 13, 14]) ?? 0;
  return childrenOf(process.pid).reduce((sum, pid) => sum + (ticksOf(pid, [11, 12, 13, 14]) ?? 0), own);
}

function childrenOf(pid: number): number[] {
  const children = readSystem(`${pid}/task/${pid}/children`) ?? '';
  return children.split(' ').filter(Boolean).map(Number);
}

/** What the numbers below were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly system: string;
  /** Median of 200 writes of 4 KB, each followed by an fsync, where the store will lie; in milliseconds. */
  readonly fsyncMs: number;
}

export function lookAtMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
    fsyncMs: measureFsync(),
  };
}

/** A new folder for a store, on the disk that `BENCH_DIR` names; else where temporary files lie. */
export function newFolder(): string {
  return mkdtempSync(join(process.env['BENCH_DIR'] ?? tmpdir(), 'posthouse-bench-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function measureFsync(): number {
  const folder = newFolder();
  const file = openSync(join(folder, 'fsync'), 'w');
  const block = Buffer.alloc(4096, 1);
  const times = Array.from({ length: 200 }, (_, index) => {
    const startedAt = performance.now();
    writeSync(file, block, 0, block.length, index * block.length);
    fsyncSync(file);
    return performance.now() - startedAt;
  });
  closeSync(file);
  removeFolder(folder);
  return median(times);
}

/** Processor time a process has used, in milliseconds; undefined where the system does not tell it the Linux way. */
export function cpuMs(pid: number): number | undefined {
  const ticks = ticksOf(pid, [11, 12]);
  return ticks === undefined ? undefined : ticks * MS_A_TICK;
}

/** The same on every Linux that runs Node. */
const MS_A_TICK = 10;

/** @param fields - Of `/proc/<pid>/stat`, counted from the state: 11 and 12 the process's own time, 13 and 14 its dead children's. */
function ticksOf(pid: number, fields: readonly number[]): number | undefined {
  const stat = readSystem(`${pid}/stat`);
  const values = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return values && fields.reduce((sum, field) => sum + Number(values[field]), 0);
}

/** What a process has read and written so far, files and sockets; NaN where the system does not tell it the Linux way. */
export function movedBytes(pid: number): number {
  const io = readSystem(`${pid}/io`) ?? '';
  return ['rchar', 'wchar'].reduce((sum, name) => sum + Number(new RegExp(`${name}: (\\d+)`).exec(io)?.[1]), 0);
}

/** Memory a process holds, in MB. */
export function rssMb(pid: number): number | undefined {
  const kb = /VmRSS:\s+(\d+) kB/.exec(readSystem(`${pid}/status`) ?? '')?.[1];
  return kb === undefined ? undefined : Number(kb) / 1024;
}

/**
 * What of that is its own, in MB, when another process reads the same files: `share` counts a page that several hold by its part, `own` only
 * what no file has. The rest of what it holds are pages of Node's program, which the system may drop.
 */
export function partsOfRssMb(pid: number): { readonly share: number; readonly own: number } | undefined {
  const rollup = readSystem(`${pid}/smaps_rollup`);
  const [share, own] = ['Pss', 'Anonymous'].map(
    (name) => new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup ?? '')?.[1],
  );
  return share === undefined || own === undefined
    ? undefined
    : { share: Number(share) / 1024, own: Number(own) / 1024 };
}

/** The most memory it has held so far, in MB. */
export function peakRssMb(pid: number): number | undefined {
  const kb = /VmHWM:\s+(\d+) kB/.exec(readSystem(`${pid}/status`) ?? '')?.[1];
  return kb === undefined ? undefined : Number(kb) / 1024;
}

function readSystem(name: string): string | undefined {
  try {
    return readFileSync(`/proc/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}
