import type { Jobs } from '../../platform/jobs.ts';
import { FILL_GOAL, type FillGoal } from '../progress/progress.fills.ts';
import type { FillingService } from './filling.service.ts';

/** Makes the job known that counts what happened before a goal. One at a time waits for each goal: a later save restarts it. */
export function defineFillingJobs(jobs: Jobs, filling: FillingService): void {
  jobs.define<FillGoal>(FILL_GOAL, (job, { signal }) => filling.fill(job, signal), {
    timeoutSeconds: 7_200,
    coalesce: true,
    owed: true,
  });
}
