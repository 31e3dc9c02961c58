import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { saveDollarRule, saveThreeRules } from '../fill/programme.ts';
import { fillMembers } from '../fill/tables.ts';
import { checkLedger, environment, prepareDatabase, startPokal, tokenHeaders } from '../support/pokal.ts';
import { print, printSamples, type Report, ratioFigure } from '../support/report.ts';
import { type Contender, compare, ratios } from '../support/rounds.ts';
import { Stage, statement } from '../support/stage.ts';
import { BATCH } from './batch.ts';
import { type Bench, LoadGenerator, withCleanUp } from './suite.ts';

const run = promisify(execFile);

const IMPORT = 'import of the CDNOW file';
const API = 'recordActivities of 500';

/** Lines of the file, and its customers. */
const PURCHASES = 69_659;
const CUSTOMERS = 23_570;

/** P11: the real file through the command, whole process and enrolment included, beside batches through the API. */
export async function importFile(bench: Bench): Promise<Report> {
  const file = resolve(process.env.POKAL_CDNOW_FILE ?? '../shared/data/cdnow/CDNOW_master.txt');
  if (!existsSync(file)) {
    return { figures: [], skipped: 'there is no CDNOW_master.txt; set POKAL_CDNOW_FILE to where it lies.' };
  }
  const members = bench.quick ? 5_000 : 100_000;
  return withCleanUp(async (after) => {
    const stage = await Stage.open();
    after(() => stage.close());
    const url = await stage.create('pokal_bench');
    await prepareDatabase(url, saveThreeRules);
    await fillMembers(url, members);
    await stage.administer('pokal_bench', 'vacuum analyze', 'checkpoint');
    const pokal = await startPokal(url);
    after(() => pokal.stop());
    const load = await LoadGenerator.start();
    after(() => load.stop());
    const headers = await tokenHeaders(url);
    const order = { connections: 4, members, workload: 'record-many', batch: BATCH, headers } as const;
    const api = load.contender(API, pokal, order);
    // There is nothing to warm up: every import is a process of its own on an empty database.
    const samples = await compare([importContender(stage, file), api], bench.plan, stage.postmaster);
    printSamples(samples, 'activity');
    print(`Each import: ${PURCHASES} recorded, 0 refused, ${CUSTOMERS} members, points = whole dollars of the file.`);
    print(`API: ${await checkLedger(url, api.acknowledged)}`);
    return { figures: [ratioFigure('P11', `import : ${API}`, ratios(samples, IMPORT, API), 0.5)] };
  });
}

function importContender(stage: Stage, file: string): Contender {
  let count = 0;
  return {
    name: IMPORT,
    pid: null,
    run: async () => {
      count += 1;
      const url = await stage.create(`import_${count}`);
      await prepareDatabase(url, saveDollarRule);
      const startedAt = performance.now();
      await importInto(url, file);
      const seconds = (performance.now() - startedAt) / 1_000;
      await checkImport(url, file);
      await stage.administer('postgres', `drop database import_${count}`);
      return { operations: PURCHASES, seconds };
    },
  };
}

async function importInto(url: string, file: string): Promise<void> {
  const script = fileURLToPath(new URL('../../import.js', import.meta.url));
  const env = { ...process.env, ...environment(url) };
  const { stdout } = await run(process.execPath, ['--no-warnings', script, file, '--format', 'cdnow'], { env });
  if (!stdout.includes('recorded 69,659, replayed 0, refused 0')) throw new Error(`The import said: ${stdout}`);
}

/** Compares what is stored with the file itself, read here by other code than the import's. */
async function checkImport(url: string, file: string): Promise<void> {
  // Customer, date, number and dollars; the file ends with an old end-of-file mark.
  const lines = (await readFile(file, 'latin1')).split('\n').map((line) => line.trim().split(/\s+/));
  const dollars = lines.reduce((sum, parts) => sum + Math.floor(Number(parts[3] ?? 0) || 0), 0);
  const [row] = await statement<{ activities: number; members: number; points: number; balances: number }>(
    url,
    `select (select count(*)::int from activities) as activities, (select count(*)::int from members) as members,
       (select sum(points)::int from ledger_entries) as points, (select sum(active + pending)::int from wallets) as balances`,
  );
  const right =
    row?.activities === PURCHASES && row.members === CUSTOMERS && row.points === dollars && row.balances === dollars;
  if (!right) throw new Error(`The import does not add up: ${JSON.stringify(row)}, ${dollars} dollars in the file.`);
}
