import { newId } from '../../platform/ids.ts';
import { EVERY_PARTITION } from '../../platform/locks.ts';
import { type Page, type PageArguments, pageOf } from '../../platform/pages.ts';
import { instant, type Reader } from '../../platform/reader.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { RewardKind } from '../../rules/rewards.ts';
import type { ConfigStatus } from '../../rules/types.ts';
import type { Author } from '../audit/index.ts';
import { badInput, type ConfigurationStore, type StoredConfiguration } from '../program/index.ts';
import { loadUsages } from '../progress/usages.ts';
import { TIER } from '../tiers/index.ts';
import { countIssued } from './redemptions.rows.ts';
import { checkedReward } from './rewards.checks.ts';
import {
  REWARD,
  type RewardInput,
  type RewardRecord,
  recordOf,
  type StoredReward,
  stockKey,
} from './rewards.definitions.ts';

export interface RewardsParts {
  work: UnitOfWork;
  reader: Reader;
  store: ConfigurationStore;
}

/** Which rewards a list shows. */
export interface RewardFilter {
  statuses: readonly ConfigStatus[] | null;
  kinds: readonly RewardKind[] | null;
  /** Costing at most so many points; null for any. */
  costsAtMost: number | null;
  /** Costing more than so many points; null for any. */
  costsMoreThan: number | null;
}

const COLUMNS = 'kind, code, version, status, definition, created_at as "createdAt", updated_at as "updatedAt"';
const COST = "(definition ->> 'cost')::bigint";

/** Keeps the rewards: what there is for points, and who may have it. */
export class RewardsService {
  readonly #parts: RewardsParts;

  constructor(parts: RewardsParts) {
    this.#parts = parts;
  }

  /** Rewards in order of their codes; only those in `statuses` when it is given. */
  async list(statuses?: readonly ConfigStatus[] | null): Promise<RewardRecord[]> {
    return (await this.#parts.store.list<StoredReward>(REWARD, statuses)).map(recordOf);
  }

  /** A page of rewards, from the lowest cost to the highest. */
  page(page: PageArguments, filter: RewardFilter): Promise<Page<RewardRecord>> {
    const { statuses, kinds, costsAtMost, costsMoreThan } = filter;
    return pageOf<StoredConfiguration<StoredReward>, RewardRecord>(this.#parts.reader, page, {
      select: COLUMNS,
      from: 'configurations',
      where: `kind = $1 and ($2::text[] is null or status = any ($2)) and ($3::text[] is null or definition ->> 'kind' = any ($3))
        and ($4::bigint is null or ${COST} <= $4) and ($5::bigint is null or ${COST} > $5)`,
      parameters: [REWARD, statuses, kinds, costsAtMost, costsMoreThan],
      order: [
        { expression: COST, type: 'bigint' },
        { expression: 'code collate "C"', type: 'text' },
      ],
      direction: 'asc',
      toNode: toRecord,
    });
  }

  /** The rewards with these codes, in any order and state; unknown codes are missing. */
  async byCodes(codes: readonly string[]): Promise<RewardRecord[]> {
    const rows = await this.#parts.reader.query<StoredConfiguration<StoredReward>>(
      `select ${COLUMNS} from configurations where kind = $1 and code = any ($2::text[])`,
      [REWARD, codes.map((code) => code.replaceAll('\0', ''))],
    );
    return rows.map(toRecord);
  }

  /** The reward with this id, or null. */
  async findById(id: string): Promise<RewardRecord | null> {
    const [row] = await this.#parts.reader.query<StoredConfiguration<StoredReward>>(
      `select ${COLUMNS} from configurations where kind = $1 and definition ->> 'id' = $2`,
      [REWARD, id],
    );
    return row === undefined ? null : toRecord(row);
  }

  /** The reward with this code inside a transaction, or null; also for what is no code at all. */
  async findIn(tx: Tx, code: string): Promise<RewardRecord | null> {
    const stored = await this.#parts.store.getIn<StoredReward>(tx, REWARD, code.replaceAll('\0', ''));
    return stored && recordOf(stored);
  }

  /**
   * Creates or updates a reward by its code; saving the same again changes nothing. What was redeemed before stays.
   * @throws Refusal BAD_USER_INPUT or INVALID_EXPRESSION.
   */
  async save(input: RewardInput, author: Author): Promise<RewardRecord> {
    const checked = checkedReward(input);
    const { code, status } = input;
    const { work, store } = this.#parts;
    // Alone: nobody is redeeming by the old definition, so the pieces are counted at one moment for all.
    return work.run({ name: 'rewards.save', partitions: EVERY_PARTITION }, async (tx) => {
      await this.#requireTierIn(tx, checked.minimumTier);
      const before = await this.findIn(tx, code);
      const definition: StoredReward = { ...checked, id: before?.id ?? newId() };
      await store.saveIn(tx, { ...author, kind: REWARD, code, status, definition });
      if (checked.stock !== null && before !== null && before.stock === null) await countStockIn(tx, code);
      const record = await this.findIn(tx, code);
      if (record === null) throw new Error(`The reward ${code} vanished while it was saved.`);
      return record;
    });
  }

  async #requireTierIn(tx: Tx, code: string | null): Promise<void> {
    if (code === null || (await this.#parts.store.getIn(tx, TIER, code)) !== null) return;
    throw badInput(['minimumTier'], `There is no tier "${code}". The query tiers lists those there are.`);
  }
}

/** Pieces are counted only while a stock is limited, so that others need no row that all redemptions would wait for. */
async function countStockIn(tx: Tx, code: string): Promise<void> {
  const key = { memberId: null, key: stockKey(code) };
  const book = await loadUsages(tx, [key]);
  const missing = (await countIssued(tx, code)) - book.usageOf(key).count;
  book.add([{ ...key, count: missing, points: 0 }]);
  await book.write(tx);
}

function toRecord(row: StoredConfiguration<StoredReward>): RewardRecord {
  return recordOf({ ...row, createdAt: instant(row.createdAt), updatedAt: instant(row.updatedAt) });
}
