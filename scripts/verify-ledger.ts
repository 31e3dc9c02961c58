import { verifyGoals } from '../src/features/filling/index.ts';
import { verifyScores } from '../src/features/leaderboards/verify-scores.ts';
import { verifyLedger } from '../src/features/points/verify-ledger.ts';
import { verifyReferrals } from '../src/features/referrals/index.ts';
import { verifyRedemptions } from '../src/features/rewards/index.ts';
import { defineCommand, ExitCode, runCommand, say } from './support/command.ts';
import { withDatabase } from './support/database.ts';
import { counted } from './support/progress.ts';

const command = defineCommand(
  'verify-ledger',
  'Proves that the ledger adds up: entries = balances = lots for every member, no entry without its lot or activity, ' +
    'the scores of every running season what the activities give, badges and challenges as often given as counted, ' +
    'every voucher paid and every debit with its voucher, every referral paid once and to whom it is due, ' +
    'and the append-only triggers in place. Changes nothing.',
);

await runCommand(command, async () => {
  const startedAt = performance.now();
  const { report, boards, goals, vouchers, referrals } = await withDatabase('verify-ledger', async (orm) => {
    const [report, boards, goals] = [await verifyLedger(orm), await verifyScores(orm), await verifyGoals(orm)];
    return { report, boards, goals, vouchers: await verifyRedemptions(orm), referrals: await verifyReferrals(orm) };
  });
  const parts = [report, boards, goals, vouchers, referrals];
  const differences = parts.flatMap((part) => part.differences);
  for (const { check, message } of differences) process.stdout.write(`${check}: ${message}\n`);
  if (parts.some(({ truncated }) => truncated)) say('There are more; 100 of each kind are listed.');
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const found = differences.length === 1 ? '1 difference' : `${differences.length} differences`;
  process.stdout.write(
    `${counted(report.entries)} entries of ${counted(report.members)} members, ${counted(report.lots)} lots, ` +
      `${counted(report.points)} points, ${counted(boards.scores)} scores in ${counted(boards.seasons)} running seasons, ` +
      `${counted(goals.awards)} badges, ${counted(goals.completions)} completed challenges, ` +
      `${counted(vouchers.redemptions)} vouchers, ${counted(referrals.referrals)} referrals: ` +
      `${found} (${seconds} s).\n`,
  );
  return differences.length === 0 ? ExitCode.ok : ExitCode.findings;
});
