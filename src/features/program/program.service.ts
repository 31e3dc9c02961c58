import { requireLocale } from '../../platform/locale.ts';
import { EVERY_PARTITION } from '../../platform/locks.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { requireLine } from '../../platform/text.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { AuditService, Author } from '../audit/index.ts';

/** The programme's settings. */
export interface ProgramSettings {
  name: string;
  timeZone: string;
  currencyCode: string;
  locale: string;
}

/** What is to be changed; what is left out, or null, stays. */
export type ProgramChanges = { [Key in keyof ProgramSettings]?: ProgramSettings[Key] | null };

/** The programme in figures. Points are sums over wallets. */
export interface ProgramFigures {
  members: number;
  activeMembers: number;
  activities: number;
  pointsIssued: number;
  pointsSpent: number;
  pointsExpired: number;
  pointsReversed: number;
  pointsOwed: number;
  pointsOutstanding: number;
}

const COLUMNS = 'name, time_zone as "timeZone", currency_code as "currencyCode", locale';
const LONGEST_NAME = 100;

/** Reads and changes the one row of settings. */
export class ProgramService {
  readonly #work: UnitOfWork;
  readonly #reader: Reader;
  readonly #audit: AuditService;

  constructor(work: UnitOfWork, reader: Reader, audit: AuditService) {
    this.#work = work;
    this.#reader = reader;
    this.#audit = audit;
  }

  /** The settings as they are now. */
  get(): Promise<ProgramSettings> {
    return this.getIn(this.#reader);
  }

  /** `get` inside a transaction, or through any other reader. */
  async getIn(reader: Reader): Promise<ProgramSettings> {
    const rows = await reader.query<ProgramSettings>(`select ${COLUMNS} from program where id = 1`);
    if (rows[0] === undefined) throw new Error('The programme has no settings; the migrations insert them.');
    return rows[0];
  }

  /** Inserts the settings a fresh database starts with, unless there are any. Safe on every node at every start. */
  async ensureIn(tx: Tx, settings: ProgramSettings): Promise<void> {
    await tx.query(
      `insert into program (id, name, time_zone, currency_code, locale, generation, updated_at)
       values (1, $1, $2, $3, $4, 1, $5) on conflict (id) do nothing`,
      [settings.name, settings.timeZone, settings.currencyCode, settings.locale, new Date(tx.now).toISOString()],
    );
  }

  /**
   * Changes settings; saving what is there already changes nothing.
   * @throws Refusal BAD_USER_INPUT, or CONFLICT for another currency once an activity carries a value.
   */
  async update(changes: ProgramChanges, author: Author): Promise<ProgramSettings> {
    const wanted = checked(changes);
    // Recording reads the currency under its members' locks. Holding all of them keeps an activity in the old currency
    // from slipping in between the check and the commit.
    const partitions = wanted.currencyCode === undefined ? [] : EVERY_PARTITION;
    return this.#work.run({ name: 'program.update', partitions }, async (tx) => {
      await tx.query('select 1 from program where id = 1 for update');
      const before = await this.getIn(tx);
      const after = { ...before, ...wanted };
      const changed = changedKeys(before, after);
      if (changed.length === 0) return before;
      if (changed.includes('currencyCode')) await requireNoValuesIn(tx);
      await storeIn(tx, after);
      await this.#audit.recordIn(tx, {
        ...author,
        action: 'program.updated',
        targetKind: 'program',
        targetId: '1',
        before: pick(before, changed),
        after: pick(after, changed),
      });
      return after;
    });
  }

  /** Figures of this moment, computed from the tables: no award ever waits for a total. */
  async figures(): Promise<ProgramFigures> {
    const rows = await this.#reader.query<Record<keyof ProgramFigures, string>>(FIGURES);
    const row = rows[0];
    const figure = (name: keyof ProgramFigures): number => Number(row?.[name] ?? 0);
    return {
      members: figure('members'),
      activeMembers: figure('activeMembers'),
      activities: figure('activities'),
      pointsIssued: figure('pointsIssued'),
      pointsSpent: figure('pointsSpent'),
      pointsExpired: figure('pointsExpired'),
      pointsReversed: figure('pointsReversed'),
      pointsOwed: figure('pointsOwed'),
      pointsOutstanding: figure('pointsOutstanding'),
    };
  }
}

/** One row per member is summed, never one per ledger entry: 1 M members take some 100 ms. */
const FIGURES = `
  select m.members, m."activeMembers", a.activities, w.*
  from (select count(*) as members, count(*) filter (where status = 'ACTIVE') as "activeMembers" from members) m,
    (select count(*) as activities from activities) a,
    (select coalesce(sum(lifetime_earned::bigint), 0) as "pointsIssued",
       coalesce(sum(lifetime_spent::bigint), 0) as "pointsSpent",
       coalesce(sum(lifetime_expired::bigint), 0) as "pointsExpired",
       coalesce(sum(lifetime_reversed::bigint), 0) as "pointsReversed",
       coalesce(sum(deficit::bigint), 0) as "pointsOwed",
       coalesce(sum(active::bigint + pending), 0) as "pointsOutstanding" from wallets) w`;

function checked({ name, timeZone, currencyCode, locale }: ProgramChanges): Partial<ProgramSettings> {
  return {
    ...(name != null && { name: requireLine(name, { path: ['input', 'name'], longest: LONGEST_NAME }) }),
    ...(timeZone != null && { timeZone }),
    ...(currencyCode != null && { currencyCode }),
    ...(locale != null && { locale: requireLocale(locale, ['input', 'locale']) }),
  };
}

async function requireNoValuesIn(tx: Tx): Promise<void> {
  const rows = await tx.query('select 1 from activities where value_amount is not null limit 1');
  if (rows.length === 0) return;
  throw new Refusal(
    ErrorCode.CONFLICT,
    'The currency cannot change any more, because activities with a value in it are recorded.',
    { path: ['input', 'currencyCode'] },
  );
}

async function storeIn(tx: Tx, settings: ProgramSettings): Promise<void> {
  await tx.query(
    `update program set name = $1, time_zone = $2, currency_code = $3, locale = $4, updated_at = $5,
       generation = generation + 1 where id = 1`,
    [settings.name, settings.timeZone, settings.currencyCode, settings.locale, new Date(tx.now).toISOString()],
  );
}

function changedKeys(before: ProgramSettings, after: ProgramSettings): (keyof ProgramSettings)[] {
  return (Object.keys(before) as (keyof ProgramSettings)[]).filter((key) => before[key] !== after[key]);
}

function pick(settings: ProgramSettings, keys: readonly (keyof ProgramSettings)[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, settings[key]]));
}
