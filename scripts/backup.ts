import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { backup } from '../src/platform/database/backup.ts';
import { DatabaseError } from '../src/platform/database/types.ts';
import { Declined, defineCommand, ExitCode, runCommand, say, UsageError } from './support/command.ts';
import { withLocated, withOpened } from './support/database.ts';
import { counted } from './support/progress.ts';

const command = defineCommand(
  'backup',
  'Writes the whole database, as it is at one moment, into one compressed file. A server may go on working meanwhile.',
)
  .usage('FILE [options]')
  .argument('<file>', 'the file to write; it must not exist yet');

await runCommand(command, async () => {
  const [path = ''] = command.args;
  const file = resolve(path);
  if ((await stat(file).catch(() => null)) !== null) throw new UsageError(`${path} exists already. Name another file.`);
  const place = await stat(dirname(file)).catch(() => null);
  if (!place?.isDirectory()) throw new UsageError(`There is no directory ${dirname(file)}.`);
  const summary = await withLocated(async (located) => {
    // What is wrong with the database itself is found here; what `backup` throws after that is about its content.
    await withOpened('backup', located, async () => undefined);
    return backup(located.url, file).catch((error: unknown) => {
      throw error instanceof DatabaseError ? new Declined(error.message) : error;
    });
  });
  const megabytes = (summary.bytes / 1e6).toFixed(1);
  process.stdout.write(`${counted(summary.rows)} rows of ${summary.tables.length} tables, ${megabytes} MB: ${path}\n`);
  say('Keep it as safe as the database: it holds personal data.');
  return ExitCode.ok;
});
