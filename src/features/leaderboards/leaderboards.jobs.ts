import type { Jobs } from '../../platform/jobs.ts';
import { FILL_SEASON, type LeaderboardsService } from './leaderboards.service.ts';
import { PAY_PRIZES, type PayPrizes } from './prizes.ts';
import type { SeasonsService } from './seasons.service.ts';

/** Makes the jobs of boards known: closing what is over every minute, paying prizes, counting what happened before. */
export function defineLeaderboardJobs(jobs: Jobs, leaderboards: LeaderboardsService, seasons: SeasonsService): void {
  jobs.define('leaderboards.close-due', async () => void (await seasons.closeDue()));
  jobs.schedule('leaderboards.close-due', '* * * * *', 'UTC');
  jobs.define<PayPrizes>(PAY_PRIZES, async (job) => void (await seasons.payPrizes(job)), { owed: true });
  jobs.define<{ seasonId: string }>(
    FILL_SEASON,
    ({ seasonId }, { signal }) => leaderboards.fillSeason(seasonId, signal),
    {
      timeoutSeconds: 7_200,
      owed: true,
    },
  );
}
