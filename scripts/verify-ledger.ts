import { verifyLedger } from '../src/features/points/verify-ledger.ts';
import { defineCommand, ExitCode, runCommand, say } from './support/command.ts';
import { withDatabase } from './support/database.ts';
import { counted } from './support/progress.ts';

const command = defineCommand(
  'verify-ledger',
  'Proves that the ledger adds up: entries = balances = lots for every member, no entry without its lot or activity, ' +
    'and the append-only triggers in place. Changes nothing.',
);

await runCommand(command, async () => {
  const startedAt = performance.now();
  const report = await withDatabase('verify-ledger', verifyLedger);
  for (const { check, message } of report.differences) process.stdout.write(`${check}: ${message}\n`);
  if (report.truncated) say('There are more; 100 of each kind are listed.');
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const found = report.differences.length === 1 ? '1 difference' : `${report.differences.length} differences`;
  process.stdout.write(
    `${counted(report.entries)} entries of ${counted(report.members)} members, ${counted(report.lots)} lots, ` +
      `${counted(report.points)} points: ${found} (${seconds} s).\n`,
  );
  return report.differences.length === 0 ? ExitCode.ok : ExitCode.findings;
});
