import type { Jobs } from '../../platform/jobs.ts';
import { FILL_TIERS, type FillTiers, type TiersService } from './tiers.service.ts';

/** Makes the job of tiers known. Their review has none: it runs with the points cycle, which fixes the order of the day. */
export function defineTierJobs(jobs: Jobs, tiers: TiersService): void {
  jobs.define<FillTiers>(FILL_TIERS, (job, { signal }) => tiers.fill(job, signal), {
    timeoutSeconds: 7_200,
    coalesce: true,
    owed: true,
  });
}
