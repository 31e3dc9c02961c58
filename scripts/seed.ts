import { DEFAULT_ACTIVITIES_PER_MEMBER, DEFAULT_SEED } from '../src/demo/club.ts';
import { isEmpty, seedDemo } from '../src/demo/seed.ts';
import { Declined, defineCommand, ExitCode, runCommand, wholeNumber } from './support/command.ts';
import { withCore } from './support/core.ts';
import { counted, startProgress } from './support/progress.ts';

interface Options {
  members: number;
  activities?: number;
  seed: string;
}

const command = defineCommand(
  'seed',
  'Fills an empty database with a demo club: a Swedish outdoor shop, its members and three years of what they did. ' +
    'The same seed gives the same members doing the same things, up to the present.',
)
  .option('--members <count>', 'how many members', wholeNumber(1, 1_000_000), 3_000)
  .option(
    '--activities <count>',
    `how many activities in all; default: ${DEFAULT_ACTIVITIES_PER_MEMBER} for each member`,
    wholeNumber(1, 50_000_000),
  )
  .option('--seed <text>', 'another text gives another club', DEFAULT_SEED);

await runCommand(command, async () => {
  const { members, seed, activities = members * DEFAULT_ACTIVITIES_PER_MEMBER } = command.opts<Options>();
  await withCore(async (core, signal) => {
    if (!(await isEmpty(core))) {
      throw new Declined(
        'The database has members already, and a demo is put into an empty one only. Name another directory with ' +
          'POKAL_DATA_DIR or another database with DATABASE_URL.',
      );
    }
    const progress = startProgress('Seeding', activities, 'activities');
    const onProgress = (recorded: number) => progress.update(recorded, recorded);
    try {
      await seedDemo(core, { members, activities, seed, signal, onProgress });
    } finally {
      progress.finish();
    }
  });
  process.stdout.write(`Seeded ${counted(members)} members with ${counted(activities)} activities.\n`);
  return ExitCode.ok;
});
