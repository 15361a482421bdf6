/**
 * The least a store can do for the floor bot: each question on the disk before it is acknowledged, each answer before it is sent. SQLite in a
 * thread of its own; whatever has gathered there goes into one transaction.
 */
import { DatabaseSync } from 'node:sqlite';
import {
  isMainThread,
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  Worker,
  workerData,
} from 'node:worker_threads';

type Call =
  | readonly [kind: 'asked', key: string, body: string]
  | readonly [kind: 'answered', key: string, body: string]
  | readonly [kind: 'sent', key: string];

export interface FloorStore {
  /** Resolves when it is on the disk. */
  write(...call: Call): Promise<void>;
}

/** @param file - Of the database; made anew. */
export function openFloorStore(file: string): FloorStore {
  const thread = new Worker(new URL(import.meta.url), { workerData: file });
  thread.unref();
  const waiting: (() => void)[] = [];
  let gathered: Call[] = [];
  thread.on('message', (count: number) => {
    for (const resolve of waiting.splice(0, count)) resolve();
  });
  thread.on('error', (error) => {
    throw error;
  });
  return {
    write(...call) {
      if (gathered.length === 0)
        setImmediate(() => {
          thread.postMessage(gathered);
          gathered = [];
        });
      gathered.push(call);
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}

function keepBooks(port: MessagePort, file: string): void {
  const db = new DatabaseSync(file);
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000');
  db.exec(`create table inbox (seq integer primary key, key text not null unique, body text not null, done integer not null default 0);
    create table outbox (seq integer primary key, key text not null unique, body text not null, sent integer not null default 0)`);
  const begin = db.prepare('begin immediate');
  const commit = db.prepare('commit');
  const ask = db.prepare('insert into inbox (key, body) values (?, ?) on conflict do nothing');
  const done = db.prepare('update inbox set done = 1 where key = ?');
  const put = db.prepare('insert into outbox (key, body) values (?, ?) on conflict do nothing');
  const send = db.prepare('update outbox set sent = 1 where key = ?');

  function run(call: Call): void {
    if (call[0] === 'asked') ask.run(call[1], call[2]);
    else if (call[0] === 'sent') send.run(call[1]);
    else {
      done.run(call[1]);
      put.run(call[1], call[2]);
    }
  }

  port.on('message', (first: readonly Call[]) => {
    const calls = [...first];
    for (let more = receiveMessageOnPort(port); more; more = receiveMessageOnPort(port))
      calls.push(...(more.message as readonly Call[]));
    begin.run();
    for (const call of calls) run(call);
    commit.run();
    port.postMessage(calls.length);
  });
}

if (!isMainThread && parentPort) keepBooks(parentPort, workerData as string);
