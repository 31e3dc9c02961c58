/**
 * A worker process for tests of take-over: `node job-worker.ts URL`. It runs `test.endless` and prints `working` when it
 * has begun; it never ends the job, so that killing the process leaves the job in its hands.
 */
import { Jobs } from '../../src/platform/jobs.ts';
import { createLog } from '../../src/platform/log.ts';

const jobs = new Jobs({ url: process.argv[2] ?? '', log: createLog('error'), works: true });
jobs.define('test.endless', async () => {
  process.stdout.write('working\n');
  await new Promise(() => {});
});
await jobs.start();
process.stdout.write('started\n');
