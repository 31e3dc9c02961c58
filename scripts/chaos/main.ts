import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Argument } from 'commander';
import { defineCommand, ExitCode, runCommand, wholeNumber } from '../support/command.ts';
import { scenarios } from './scenarios/index.ts';

interface Options {
  rounds: number;
  rate: number;
  subscribers: number;
  stalled: number;
  seconds: number;
  freezeSeconds: number;
  slack: number;
  seed?: string;
}

const names = Object.keys(scenarios);

const command = defineCommand(
  'chaos',
  'Kills and stops servers, their database and their connections under load, on a PostgreSQL of its own in a temporary directory, and ' +
    'compares everything afterwards with what was acknowledged. Tells what held, with figures.',
)
  .addArgument(new Argument('[name...]', 'which ones; all of them when left out').choices(names))
  .option('--rounds <count>', 'how often each fault is brought about', wholeNumber(1, 1_000), 5)
  .option('--rate <count>', 'operations a second', wholeNumber(1, 5_000), 200)
  .option('--subscribers <count>', 'sockets that follow members', wholeNumber(1, 400), 200)
  .option('--stalled <count>', 'clients that stop reading', wholeNumber(1, 1_000), 200)
  .option('--seconds <count>', 'how long each load lasts at least', wholeNumber(1, 86_400), 60)
  .option('--freeze-seconds <count>', 'how long the database is frozen each time', wholeNumber(1, 600), 12)
  .option('--slack <factor>', 'what promised times are multiplied with on a busy machine', wholeNumber(1, 20), 1)
  .option('--seed <text>', 'repeats the order of operations and faults of an earlier run');

await runCommand(command, async () => {
  const { seed = randomBytes(4).toString('hex'), ...options } = command.opts<Options>();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(ExitCode.interrupted));
  const directory = await mkdtemp(join(tmpdir(), 'pokal-chaos-'));
  // PostgreSQL's own user must be able to enter it when this runs as root.
  await chmod(directory, 0o755);
  const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
  print(`seed ${seed}; ${options.rate} operations a second, ${options.subscribers} subscribers`);
  let broken = 0;
  for (const name of command.args.length > 0 ? command.args : names) {
    const scenario = scenarios[name];
    if (scenario === undefined) continue;
    print(`\n## ${name}: ${scenario.title}\n`);
    const findings = await scenario.run({ ...options, seed, main, directory });
    for (const line of findings.lines()) print(line);
    for (const violation of findings.violations) print(`VIOLATION: ${violation}`);
    if (findings.unlisted > 0) print(`… and ${findings.unlisted} more.`);
    broken += findings.violations.length;
    print(findings.violations.length === 0 ? 'Everything held.' : `Not everything held (seed ${seed}).`);
  }
  await rm(directory, { recursive: true, force: true });
  return broken === 0 ? ExitCode.ok : ExitCode.findings;
});

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
