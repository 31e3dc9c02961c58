import { canonicalJson } from '../../platform/canonical.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { ConfigStatus } from '../../rules/types.ts';
import type { Author } from '../audit/index.ts';
import { badInput, type ConfigurationStore, type ProgramService, type StoredConfiguration } from '../program/index.ts';
import { checkedTier } from './tiers.checks.ts';
import { recountDaysIn } from './tiers.days.ts';
import { recordOf, type StoredTier, TIER, type TierInput, type TierRecord, tierOf } from './tiers.definitions.ts';
import { type AwardBadges, placeIn } from './tiers.placing.ts';

/** Places all members anew, in turns, after a tier was saved. */
export const FILL_TIERS = 'tiers.fill';

/** The data of FILL_TIERS. */
export interface FillTiers {
  /** True when the days of members are to be counted first: without active tiers, nobody has kept them. */
  days: boolean;
}

/** Members placed in one transaction: enough to share its cost, few enough to hold locks for milliseconds only. */
const MEMBERS_PER_TURN = 500;
/** Each window of a tier is summed with every activity, and nobody climbs more steps than this. */
const MOST_TIERS = 50;

/** What tiers are made of. */
export interface TiersParts {
  work: UnitOfWork;
  reader: Reader;
  store: ConfigurationStore;
  program: ProgramService;
  award: AwardBadges;
}

/** Keeps the tiers: what each asks for, and what it gives. */
export class TiersService {
  readonly #parts: TiersParts;

  constructor(parts: TiersParts) {
    this.#parts = parts;
  }

  /** Tiers from the lowest rank to the highest; only those in `statuses` when it is given. */
  async list(statuses?: readonly ConfigStatus[] | null): Promise<TierRecord[]> {
    return inOrder(await this.#parts.store.list<StoredTier>(TIER, statuses));
  }

  /**
   * Creates or updates a tier by its code; saving the same again changes nothing. When it asks for something else, all
   * members are placed anew in the background, without notifications.
   * @throws Refusal BAD_USER_INPUT, or CONFLICT when another active tier has the rank.
   */
  async save(input: TierInput, author: Author): Promise<TierRecord> {
    const definition = checkedTier(input);
    const { code, status } = input;
    const { work, store } = this.#parts;
    return work.run({ name: 'tiers.save' }, async (tx) => {
      await this.#requireBadgeIn(tx, definition.badge);
      const before = await store.getIn<StoredTier>(tx, TIER, code);
      const { changed } = await store.saveIn(tx, { ...author, kind: TIER, code, status, definition });
      const active = inOrder(await store.listIn<StoredTier>(tx, TIER, ['ACTIVE']));
      requireOrder(active);
      const saved = await store.getIn<StoredTier>(tx, TIER, code);
      if (saved === null) throw new Error(`The tier ${code} vanished while it was saved.`);
      if (changed && !placesTheSame(before, saved)) this.#fillLaterIn(tx, before, active, saved);
      return recordOf(saved);
    });
  }

  /**
   * The handler of FILL_TIERS. May be repeated at any point: each turn finds out anew, under its members' locks, what they
   * have and where they stand. Whoever records for a member afterwards knows the tiers of then.
   */
  async fill({ days }: FillTiers, signal?: AbortSignal): Promise<void> {
    const { work, reader } = this.#parts;
    for (let last: string | null = null; ; ) {
      signal?.throwIfAborted();
      const members: { id: string; joinedAt: number }[] = await reader.query<{ id: string; joinedAt: number }>(
        `select id, (extract(epoch from joined_at) * 1000)::float8 as "joinedAt" from members
         where ($1::uuid is null or id > $1) and status in ('ACTIVE', 'SUSPENDED') order by id limit ${MEMBERS_PER_TURN}`,
        [last],
      );
      if (members.length === 0) return;
      const locks = members.map(({ id }) => id);
      await work.run({ name: FILL_TIERS, locks, notify: false }, (tx) => this.#fillIn(tx, members, days));
      last = locks.at(-1) ?? null;
    }
  }

  async #fillIn(tx: Tx, members: readonly { id: string; joinedAt: number }[], days: boolean): Promise<void> {
    const { store, program, award } = this.#parts;
    const settings = await program.getIn(tx);
    const tiers = (await store.listIn<StoredTier>(tx, TIER)).map(tierOf);
    const memberIds = members.map(({ id }) => id);
    if (days && tiers.some(({ status }) => status === 'ACTIVE')) await recountDaysIn(tx, memberIds, settings);
    await placeIn(tx, { tiers, timeZone: settings.timeZone, members, award });
  }

  /** A job per kind of filling: one that counts no days must not stand for one that does. */
  #fillLaterIn(
    tx: Tx,
    before: StoredConfiguration<StoredTier> | null,
    active: readonly TierRecord[],
    { code, status }: StoredConfiguration<StoredTier>,
  ): void {
    const wasFirst = active.every((tier) => tier.code === code) && before?.status !== 'ACTIVE';
    const days = status === 'ACTIVE' && wasFirst;
    tx.enqueue(FILL_TIERS, { days } satisfies FillTiers, { key: days ? 'days' : 'standings' });
  }

  async #requireBadgeIn(tx: Tx, badge: string | null): Promise<void> {
    if (badge === null || (await this.#parts.store.getIn(tx, 'badge', badge)) !== null) return;
    throw badInput(['badge'], `There is no badge "${badge}". Save the badge first.`);
  }
}

function inOrder(stored: readonly StoredConfiguration<StoredTier>[]): TierRecord[] {
  return stored.map(recordOf).sort((left, right) => left.rank - right.rank || (left.code < right.code ? -1 : 1));
}

/** All saves have passed through one row by now, so no other can slip in between. */
function requireOrder(active: readonly TierRecord[]): void {
  const path = ['input', 'rank'];
  const same = active.find((tier, index) => active[index + 1]?.rank === tier.rank);
  if (same !== undefined) {
    const message = `Another active tier has the rank ${same.rank}, and members can be in one of them only. Take another rank, or archive that tier.`;
    throw new Refusal(ErrorCode.CONFLICT, message, { path });
  }
  if (active.length <= MOST_TIERS) return;
  const message = `A programme has at most ${MOST_TIERS} active tiers.`;
  throw new Refusal(ErrorCode.LIMIT_REACHED, message, { path: ['input', 'status'] });
}

/** Tells whether two versions of a tier have the same members. */
function placesTheSame(
  before: StoredConfiguration<StoredTier> | null,
  after: StoredConfiguration<StoredTier>,
): boolean {
  const isActive = (tier: StoredConfiguration<StoredTier> | null) => tier?.status === 'ACTIVE';
  if (!isActive(before) && !isActive(after)) return true;
  const placing = (tier: StoredConfiguration<StoredTier>) => {
    const { rank, metric, threshold, window, grace } = tier.definition;
    return canonicalJson({ rank, metric, threshold, window, grace, isActive: isActive(tier) });
  };
  return before !== null && placing(before) === placing(after);
}
