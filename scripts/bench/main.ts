import { Argument } from 'commander';
import { defineCommand, ExitCode, runCommand, wholeNumber } from '../support/command.ts';
import { batch } from './suites/batch.ts';
import { board } from './suites/board.ts';
import { fanout } from './suites/fanout.ts';
import { game } from './suites/game.ts';
import { importFile } from './suites/import.ts';
import { latency } from './suites/latency.ts';
import { members } from './suites/members.ts';
import { memory } from './suites/memory.ts';
import { pushingBesides } from './suites/pushing.ts';
import { ranks } from './suites/ranks.ts';
import { record } from './suites/record.ts';
import { scale } from './suites/scale.ts';
import { start } from './suites/start.ts';
import { streams } from './suites/streams.ts';
import type { Suite } from './suites/suite.ts';
import { command as commandLine, machine } from './support/machine.ts';
import { type Figure, print, printFigures } from './support/report.ts';

interface Options {
  quick: boolean;
  full: boolean;
  rounds: number;
  seconds?: number;
  profile?: string;
  largeMembers?: number;
  largeEntries?: number;
}

const suites: Record<string, { title: string; run: Suite }> = {
  P1: { title: 'recordActivity, one per request', run: record },
  P2: { title: 'recordActivities, 500 per request', run: batch },
  P3: { title: 'one leaderboard change to all who watch', run: fanout },
  P5: { title: 'ranks among 10,000 to 10 million members', run: ranks },
  P4: { title: 'bursts of awards to those who follow their own', run: streams },
  P6: { title: 'member list of 50 with wallets', run: members },
  BOARD: { title: 'P6, page of a public board, 50 places', run: board },
  P7: { title: 'recording while a thousand follow', run: pushingBesides },
  P8: { title: 'memory and time to connect of subscribers', run: memory },
  P9: { title: 'from commit to frame', run: latency },
  P10: { title: 'first start and restart', run: start },
  P11: { title: 'import of the CDNOW file', run: importFile },
  P12: { title: 'a club of a million members', run: scale },
  P13: { title: 'recording with a large programme', run: game },
};

const command = defineCommand(
  'bench',
  'Measures Pokal beside its peers: alternately, on a PostgreSQL of its own in a temporary directory, and prints ratios.',
)
  .addArgument(new Argument('[name...]', 'which ones; all of them when left out').choices([...namesOf(suites)]))
  .option('--quick', 'small and short: shows that everything works, and measures little', false)
  .option('--full', 'live benchmarks with 10,000 sockets, too', false)
  .option('--rounds <count>', 'how often each is measured', wholeNumber(3, 50), 3)
  .option('--seconds <count>', 'how long one measurement takes', wholeNumber(1, 600))
  .option('--profile <directory>', "write processor profiles of Pokal's process here; it is slower then")
  .option('--large-members <count>', "members of P12's large club", wholeNumber(10_000, 10_000_000))
  .option('--large-entries <count>', "ledger entries of P12's large club", wholeNumber(10_000, 100_000_000));

await runCommand(command, async () => {
  const options = command.opts<Options>();
  const { quick, full, rounds } = options;
  const seconds = options.seconds ?? (quick ? 1 : 6);
  const bench = {
    quick,
    full,
    plan: { rounds, seconds, warmSeconds: quick ? 1 : 4 },
    profiles: options.profile ?? null,
    large: {
      members: options.largeMembers ?? (quick ? 20_000 : 1_000_000),
      entries: options.largeEntries ?? (quick ? 200_000 : 10_000_000),
    },
  };
  print(`${commandLine()}\n${machine()}\n${rounds} rounds of ${seconds} s each; min / median / max`);
  const figures: Figure[] = [];
  const wanted = new Set(command.args.map((name) => name.toUpperCase()));
  for (const [name, { title, run }] of Object.entries(suites)) {
    if (wanted.size > 0 && !wanted.has(name)) continue;
    print(`\n## ${name}: ${title}\n`);
    const report = await run(bench);
    if (report.skipped !== undefined) print(`Skipped: ${report.skipped}`);
    figures.push(...report.figures);
  }
  print('\n## Figures\n');
  printFigures(figures);
  return ExitCode.ok;
});

function namesOf(all: object): string[] {
  return Object.keys(all).flatMap((name) => [name, name.toLowerCase()]);
}
