import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { MikroORM } from '@mikro-orm/postgresql';
import { restore } from '../src/platform/database/restore.ts';
import { DatabaseError } from '../src/platform/database/types.ts';
import { Declined, defineCommand, ExitCode, runCommand, UsageError } from './support/command.ts';
import { withLocated, withOpened } from './support/database.ts';
import { counted } from './support/progress.ts';

const command = defineCommand(
  'restore',
  'Loads a file that backup wrote into an empty database: all of it, or nothing when anything is wrong with it.',
)
  .usage('FILE [options]')
  .argument('<file>', 'the backup to load');

await runCommand(command, async () => {
  const [path = ''] = command.args;
  const file = resolve(path);
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new UsageError(`There is no file ${path}.`);
  await access(file, constants.R_OK).catch(() => {
    throw new UsageError(`${path} cannot be read.`);
  });
  const summary = await withLocated(async (located) => {
    await withOpened('restore', located, requireEmpty);
    return restore(located.url, file).catch((error: unknown) => {
      // The database answers and is empty, so what is refused now is the file.
      throw error instanceof DatabaseError ? new UsageError(error.message) : error;
    });
  });
  process.stdout.write(`${counted(summary.rows)} rows of ${summary.tables.length} tables restored from ${path}\n`);
  return ExitCode.ok;
});

async function requireEmpty(orm: MikroORM): Promise<void> {
  const tables = await orm.em
    .getConnection()
    .execute(`select from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' limit 1`);
  if (tables.length === 0) return;
  throw new Declined(
    'The database has tables already, and a backup goes into an empty one only. Stop the server and name another ' +
      'directory with POKAL_DATA_DIR or another database with DATABASE_URL.',
  );
}
