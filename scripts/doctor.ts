import { ConfigError } from '../src/config.ts';
import {
  checkDatabase,
  checkDataDirectory,
  checkIssuer,
  checkNode,
  checkPort,
  checkSecret,
  type Finding,
} from './support/checks.ts';
import { defineCommand, ExitCode, runCommand } from './support/command.ts';
import { withLocated, withOpened } from './support/database.ts';
import { readSettings } from './support/settings.ts';

const MARKS = { fine: '✓', warning: '!', trouble: '✗' } as const;

const command = defineCommand(
  'doctor',
  'Checks what Pokal needs on this machine: Node.js, settings, data directory, disk, secret, issuer key, port, database, migrations, clocks.',
);

await runCommand(command, async () => {
  let troubles = 0;
  const print = (findings: readonly Finding[]) => {
    for (const { level, message } of findings) {
      process.stdout.write(`${MARKS[level]} ${message}\n`);
      if (level === 'trouble') troubles += 1;
    }
  };
  print([checkNode(process.versions.node)]);
  await examine(print);
  process.stdout.write(troubles === 0 ? 'All is well.\n' : `${troubles} found that should be mended first.\n`);
  return troubles === 0 ? ExitCode.ok : ExitCode.findings;
});

async function examine(print: (findings: readonly Finding[]) => void): Promise<void> {
  try {
    const config = readSettings();
    print([
      { level: 'fine', message: 'The settings are valid' },
      checkSecret(config),
      checkIssuer(config),
      await checkPort(config),
    ]);
    if (config.databaseUrl === null) print(await checkDataDirectory(config));
    await withLocated((located) =>
      withOpened('doctor', located, async (orm) => print(await checkDatabase(orm, located.shared))),
    );
  } catch (error) {
    const problems =
      error instanceof ConfigError ? error.problems : [error instanceof Error ? error.message : `${error}`];
    print(problems.map((message) => ({ level: 'trouble', message })));
  }
}
