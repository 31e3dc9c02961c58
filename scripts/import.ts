import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Option } from 'commander';
import type { Core } from '../src/core.ts';
import { toCommand } from '../src/features/activities/activities.input.ts';
import { readActivity } from '../src/features/activities/activities.reading.ts';
import { defineCommand, ExitCode, runCommand, say, UsageError, wholeNumber } from './support/command.ts';
import { withCore } from './support/core.ts';
import { type FormatName, formatNames, formats } from './support/formats.ts';
import { type ImportCounts, importLines } from './support/importer.ts';
import { counted, spoken, startProgress } from './support/progress.ts';
import { RefusalReport } from './support/refusals.ts';

interface Options {
  format: FormatName;
  source?: string;
  currency?: string;
  batch: number;
  enroll: boolean;
  report?: string;
}

const command = defineCommand(
  'import',
  'Records every activity of a file through the same door as the API, keeping the time each happened and telling ' +
    'nobody. A repeated or interrupted import records what is missing and nothing twice: an activity is known by its ' +
    'source and its key, which is its line number unless the file gives keys.',
)
  .usage('FILE [options]')
  .argument('<file>', 'the file to read, UTF-8')
  .addOption(new Option('--format <format>', 'how to read it').choices(formatNames).makeOptionMandatory())
  .option('--source <name>', 'what the activities are recorded as coming from; default: import:<name of the file>')
  .option('--currency <code>', "currency of sums that the file gives without one; default: the programme's")
  .option('--batch <count>', 'activities in one transaction', wholeNumber(1, 1_000), 500)
  .option('--no-enroll', 'refuse activities of unknown members instead of enrolling them by their external id')
  .option('--report <file>', 'write the refused lines to this file, as CSV: line, code, reason')
  .addHelpText(
    'after',
    `
Formats:
  ndjson  one JSON object a line with the fields of the API's RecordActivityInput
  csv     a header line naming any of idempotencyKey, type, memberId, memberExternalId, occurredAt, channel, value,
          currency, items, attributes; the last two hold JSON
  cdnow   customer, date, number and dollars in columns, one purchase a line; each at 12:00 UTC of its day`,
  );

await runCommand(command, async () => {
  const options = command.opts<Options>();
  const [path = ''] = command.args;
  const file = await openFile(path);
  const report = new RefusalReport(options.report);
  const startedAt = performance.now();
  try {
    const counts = await withCore((core, signal) => importFile(core, file, path, options, report, signal));
    say(`Done in ${spoken((performance.now() - startedAt) / 1_000)}.`);
    return counts.refused === 0 ? ExitCode.ok : ExitCode.findings;
  } finally {
    report.close();
    await file.close();
  }
});

async function importFile(
  core: Core,
  file: FileHandle,
  path: string,
  options: Options,
  report: RefusalReport,
  signal: AbortSignal,
): Promise<ImportCounts> {
  const source = options.source ?? `import:${basename(path)}`.slice(0, 100);
  const currency = options.currency ?? (await core.program.get()).currencyCode;
  const { size } = await file.stat();
  const progress = startProgress('Importing', size, 'activities');
  const input = file.createReadStream({ autoClose: false, highWaterMark: 65_536 });
  const lines = formats[options.format](input, { currency });
  const counts = await importLines(lines, {
    batch: options.batch,
    signal,
    toCommand: (activity) => {
      const enrollIfUnknown = options.enroll && activity.memberExternalId !== undefined;
      return toCommand(readActivity({ enrollIfUnknown, source, ...activity }), { memberId: null, actor: source });
    },
    record: (commands) => core.batcher.recordSilently(commands),
    onRefused: (refused) => report.add(refused),
    onProgress: ({ recorded, replayed, refused }) => progress.update(input.bytesRead, recorded + replayed + refused),
  }).finally(() => progress.finish());
  report.summarise();
  const { recorded, replayed, refused } = counts;
  process.stdout.write(`recorded ${counted(recorded)}, replayed ${counted(replayed)}, refused ${counted(refused)}\n`);
  return counts;
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r');
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new UsageError(missing ? `There is no file ${path}.` : `${path} cannot be read.`);
  }
  throw new UsageError(`${path} is not a file.`);
}
