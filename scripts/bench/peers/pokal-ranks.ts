/** Pokal whose ranks come from elsewhere: `sql` counts better scores each time, `none` says 0 and so shows what a rank costs. */
import { createApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config.ts';
import { type Ranks, SqlRanks } from '../../../src/features/leaderboards/index.ts';
import { given, ready } from '../support/parent.ts';

const app = await createApp(loadConfig(process.env));
const others: Ranks =
  given('BENCH_RANKS') === 'sql'
    ? new SqlRanks(app.core.reader)
    : { countGreater: () => 0, distinctGreater: () => 0, size: () => 0 };
app.ranks.countGreater = (seasonId, score) => others.countGreater(seasonId, score);
app.ranks.distinctGreater = (seasonId, score) => others.distinctGreater(seasonId, score);
process.once('SIGTERM', () => void app.stop().finally(() => process.exit(0)));
ready(`${app.url}/graphql`);
