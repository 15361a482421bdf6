/** Loaded before the gateway's program (`--import`): samples what each thread allocates, what is collected at once included, and writes it down when the thread ends. */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

/** Bytes between two samples on the average: some ten a message. */
const INTERVAL = 16_384;

const folder = process.env['BENCH_ALLOCATIONS'] ?? '.';
const session = new Session();
session.connect();
session.post('HeapProfiler.startSampling', {
  samplingInterval: INTERVAL,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
});
process.on('exit', () => {
  session.post('HeapProfiler.stopSampling', (error, { profile }) => {
    if (error) throw error;
    writeFileSync(join(folder, `thread-${threadId}.heapprofile`), JSON.stringify({ head: profile.head }));
  });
});
