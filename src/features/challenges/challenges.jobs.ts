import type { Jobs } from '../../platform/jobs.ts';
import { PAY_COMMUNITY, type PayCommunity } from './challenges.payment.ts';
import type { ChallengesService } from './challenges.service.ts';

/** Makes the job of challenges known: paying those who completed one together. */
export function defineChallengeJobs(jobs: Jobs, challenges: ChallengesService): void {
  jobs.define<PayCommunity>(
    PAY_COMMUNITY,
    async (job, { signal }) => void (await challenges.payCommunity(job, signal)),
    { timeoutSeconds: 7_200, owed: true },
  );
}
