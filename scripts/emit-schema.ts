/**
 * `npm run schema` writes what clients read about the API into schema/: schema.graphql, errors.md and events.md.
 * With `--release` it also keeps schema.graphql as schema/released/<version>.graphql, against which later changes are
 * held: whatever a release promised may go only after a release that deprecates it.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { schemaShape } from '../src/schema.ts';
import { defineCommand, ExitCode, runCommand, say, UsageError } from './support/command.ts';
import { schemaDocuments } from './support/schema-documents.ts';

const command = defineCommand('schema', 'Writes schema/schema.graphql, schema/errors.md and schema/events.md.')
  .option('--release', "keep this schema as the one of package.json's version")
  .option('--check', 'write nothing; exit 1 when a file is not what the code says');

await runCommand(command, async () => {
  const { release = false, check = false } = command.opts<{ release?: boolean; check?: boolean }>();
  if (release && check) throw new UsageError('Give either --release or --check.');
  const files = new Map([...schemaDocuments(schemaShape())].map(([name, text]) => [`schema/${name}`, text]));
  if (release) files.set(`schema/released/${await version()}.graphql`, files.get('schema/schema.graphql') ?? '');
  let changed = 0;
  for (const [path, text] of files) {
    if ((await readFile(path, 'utf8').catch(() => null)) === text) continue;
    changed += 1;
    say(`${check ? 'Out of date' : 'Written'}: ${path}`);
    if (!check) await write(path, text);
  }
  if (changed === 0) say('The schema files are up to date.');
  return check && changed > 0 ? ExitCode.findings : ExitCode.ok;
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  await writeFile(path, text);
}

async function version(): Promise<string> {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  return version;
}
