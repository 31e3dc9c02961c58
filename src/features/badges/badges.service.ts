import { canonicalJson } from '../../platform/canonical.ts';
import { newId } from '../../platform/ids.ts';
import { EVERY_PARTITION } from '../../platform/locks.ts';
import type { Reader } from '../../platform/reader.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import { limitKey } from '../../rules/game-views.ts';
import type { ConfigStatus } from '../../rules/types.ts';
import type { ActivityTypesService } from '../activities/activity-types.service.ts';
import type { Author } from '../audit/index.ts';
import type { ConfigurationStore } from '../program/index.ts';
import { startFillIn } from '../progress/progress.fills.ts';
import { loadUsages } from '../progress/usages.ts';
import { checkedBadge } from './badges.checks.ts';
import { BADGE, type BadgeInput, type BadgeRecord, badgeRecordOf, type StoredBadge } from './badges.definitions.ts';
import { readBadges } from './badges.reading.ts';
import { countAwards } from './badges.rows.ts';

/** What badges are made of. */
export interface BadgesParts {
  work: UnitOfWork;
  reader: Reader;
  store: ConfigurationStore;
  activityTypes: ActivityTypesService;
}

/** Keeps the badges: what each is for, and what earns it. */
export class BadgesService {
  readonly #parts: BadgesParts;

  constructor(parts: BadgesParts) {
    this.#parts = parts;
  }

  /** Badges in order of their codes; only those in `statuses` when it is given. */
  async list(statuses?: readonly ConfigStatus[] | null): Promise<BadgeRecord[]> {
    return (await this.#parts.store.list<StoredBadge>(BADGE, statuses)).map(badgeRecordOf);
  }

  /** The badge with this code, or null; also for what is no code at all. */
  async find(code: string): Promise<BadgeRecord | null> {
    const stored = await this.#parts.store.get<StoredBadge>(BADGE, code.replaceAll('\0', ''));
    return stored && badgeRecordOf(stored);
  }

  /** The badges with these codes, in any order; unknown codes are missing. */
  byCodes(codes: readonly string[]): Promise<BadgeRecord[]> {
    return readBadges(this.#parts.reader, codes);
  }

  /** The badge with this id, or null. */
  async findById(id: string): Promise<BadgeRecord | null> {
    const [row] = await this.#parts.reader.query<{ code: string }>(
      `select code from configurations where kind = $1 and definition ->> 'id' = $2`,
      [BADGE, id],
    );
    return row === undefined ? null : this.find(row.code);
  }

  /**
   * Creates or updates a badge by its code; saving the same again changes nothing. When it looks back, or what it counts has
   * changed, what members have done is counted anew in the background. What was awarded stays awarded.
   * @throws Refusal BAD_USER_INPUT, INVALID_EXPRESSION or UNKNOWN_ACTIVITY_TYPE.
   */
  async save(input: BadgeInput, author: Author): Promise<BadgeRecord> {
    const checked = checkedBadge(input);
    const { code, status } = input;
    const { work, store, activityTypes } = this.#parts;
    // Alone: nobody is recording by the old definition, so counts of awards and goals begin anew at one moment for all.
    return work.run({ name: 'badges.save', partitions: EVERY_PARTITION, notify: false }, async (tx) => {
      await activityTypes.requireIn(tx, checked.goal?.activityTypes ?? [], () => ['goal', 'activityTypes']);
      const before = await this.findIn(tx, code);
      const definition = { ...checked, id: before?.id ?? newId(), countsFrom: countsFrom(checked, before, tx.now) };
      const { changed } = await store.saveIn(tx, { ...author, kind: BADGE, code, status, definition });
      const record = await this.findIn(tx, code);
      if (record === null) throw new Error(`The badge ${code} vanished while it was saved.`);
      if (changed) await prepareIn(tx, before, record);
      return record;
    });
  }

  /** `find` inside a transaction. */
  async findIn(tx: Tx, code: string): Promise<BadgeRecord | null> {
    const stored = await this.#parts.store.getIn<StoredBadge>(tx, BADGE, code.replaceAll('\0', ''));
    return stored && badgeRecordOf(stored);
  }
}

/**
 * A badge that does not look back counts from the save that made it so. One that once counted everything keeps what members
 * have done when it stops looking back, unless its goal is another one now.
 */
function countsFrom(
  { goal, retroactive }: Pick<StoredBadge, 'goal' | 'retroactive'>,
  before: BadgeRecord | null,
  now: number,
): string | null {
  if (goal === null || retroactive) return null;
  if (before !== null && before.goal !== null) {
    if (before.countsFrom !== null || canonicalJson(before.goal) === canonicalJson(goal)) return before.countsFrom;
  }
  return new Date(now).toISOString();
}

/** Brings what is counted in line with a badge that was just saved. */
async function prepareIn(tx: Tx, before: BadgeRecord | null, badge: BadgeRecord): Promise<void> {
  if (badge.limit !== null && before?.limit == null) await countEditionIn(tx, badge.code);
  if (badge.status !== 'ACTIVE' || badge.goal === null) return;
  const isNew = before === null || before.goal === null;
  // What begins to count now, and does not look back, has nothing to look at.
  if (isNew && badge.countsFrom !== null) return;
  if (isNew || !countsTheSame(before, badge)) await startFillIn(tx, `badge:${badge.code}`, badge.version);
}

/** Awards are counted only while a badge is limited, so that others need no row that all awards would wait for. */
async function countEditionIn(tx: Tx, code: string): Promise<void> {
  const key = { memberId: null, key: limitKey(code) };
  const book = await loadUsages(tx, [key]);
  const missing = (await countAwards(tx, code)) - book.usageOf(key).count;
  book.add([{ ...key, count: missing, points: 0 }]);
  await book.write(tx);
}

/** Tells whether two versions owe members the same. A badge that was not active has missed what was recorded. */
function countsTheSame(before: BadgeRecord, after: BadgeRecord): boolean {
  const counting = ({ goal, countsFrom: from, repeatable, limit, status }: BadgeRecord) =>
    canonicalJson({ goal, from, repeatable, limit, status });
  return counting(before) === counting(after);
}
