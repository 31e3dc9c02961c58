import { defineCommand, ExitCode, runCommand, say, wholeNumber } from '../support/command.ts';
import { Cluster } from './cluster.ts';
import { shorten } from './shorten.ts';
import { type Failure, type History, historyOf, playHistory } from './simulation.ts';

interface Options {
  seeds: number;
  first: number;
  seed?: string;
  steps: number;
  shorten: boolean;
}

const command = defineCommand(
  'simulate',
  'Plays random histories to a server and to a simple model of what must come of them, on a PostgreSQL of its own in a ' +
    'temporary directory, and compares the two all along. Stops at the first difference, with the seed that brings it back.',
)
  .option('--seeds <count>', 'how many histories', wholeNumber(1, 100_000), 20)
  .option('--first <number>', 'the seed of the first one; the others follow', wholeNumber(0, 1_000_000_000), 1)
  .option('--seed <text>', 'plays the history of this seed and no other')
  .option('--steps <count>', 'how many commands each history has', wholeNumber(8, 100_000), 100)
  .option('--no-shorten', 'does not look for a shorter history that fails in the same way');

await runCommand(command, async () => {
  const options = command.opts<Options>();
  const seeds =
    options.seed === undefined
      ? Array.from({ length: options.seeds }, (_, index) => String(options.first + index))
      : [options.seed];
  const cluster = await Cluster.open();
  const interrupt = () => void cluster.close().finally(() => process.exit(ExitCode.interrupted));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, interrupt);
  const startedAt = performance.now();
  const answers = new Map<string, number>();
  try {
    for (const [index, seed] of seeds.entries()) {
      const history = historyOf(seed, options.steps);
      const { failure, tally } = await cluster.withDatabase((url) => playHistory(history, url));
      for (const [answer, times] of tally) answers.set(answer, (answers.get(answer) ?? 0) + times);
      if (failure !== null) return await tell(cluster, history, failure, options);
      say(`seed ${seed}: ${history.commands.length} commands agree (${index + 1} of ${seeds.length})`);
    }
  } finally {
    await cluster.close();
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  print(`${seeds.length} histories of ${options.steps} commands agree with the model (${seconds.toFixed(0)} s).`);
  for (const [answer, times] of [...answers].sort()) print(`  ${String(times).padStart(6)}  ${answer}`);
  return ExitCode.ok;
});

async function tell(cluster: Cluster, history: History, failure: Failure, { steps, ...options }: Options) {
  const { seed, commands } = history;
  print(`Seed ${seed}, command ${failure.step} of ${steps}: ${failure.message}`);
  print(`The command: ${JSON.stringify(commands[failure.step - 1])}`);
  print(`Play it again: npm run simulate -- --seed ${JSON.stringify(seed)} --steps ${steps}`);
  if (!options.shorten) return ExitCode.findings;
  const short = await shorten(history, failure, (shorter) => cluster.withDatabase((url) => playHistory(shorter, url)));
  print(`A shorter history that fails (${short.failure.message}):`);
  for (const one of short.history.commands) print(`  ${JSON.stringify(one)}`);
  print(`The programme: ${JSON.stringify(history.programme)}`);
  return ExitCode.findings;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
