import { type Page, type PageArguments, pageOf } from '../../platform/pages.ts';
import type { Reader } from '../../platform/reader.ts';
import { type TierView, tierStanding } from '../../rules/game-views.ts';
import type { ConfigurationStore, ProgramService } from '../program/index.ts';
import { recordOf, type StoredTier, TIER, type TierRecord, tierDefinition } from './tiers.definitions.ts';
import { CHANGE_COLUMNS, type ChangeRow, type StoredChange, toChangeRow } from './tiers.rows.ts';
import { MemberTiers, startOf, type TotalsOf } from './tiers.state.ts';

/** What reading tiers is made of. */
export interface ReadingParts {
  reader: Reader;
  store: ConfigurationStore;
  program: ProgramService;
  /** The programme's present, epoch milliseconds. */
  now: () => number;
}

/** A member whose tier is asked for. */
export interface Asked {
  id: string;
  joinedAt: Date;
}

/** Where a member stands, with what it takes to draw it. */
export interface MemberStanding {
  view: TierView;
  totalsOf: TotalsOf;
}

/** Reads tiers and where members stand, as of now. Sets of members cost as much as one. */
export class TiersReading {
  readonly #parts: ReadingParts;

  constructor(parts: ReadingParts) {
    this.#parts = parts;
  }

  /** Every tier there ever was, in its present version, from the lowest rank to the highest. */
  async tiers(): Promise<TierRecord[]> {
    const stored = await this.#parts.store.list<StoredTier>(TIER);
    return stored.map(recordOf).sort((left, right) => left.rank - right.rank);
  }

  /** The currency that money is in. */
  async currencyCode(): Promise<string> {
    return (await this.#parts.program.get()).currencyCode;
  }

  /** Where members stand among these tiers, by member id. */
  async standings(tiers: readonly TierRecord[], members: readonly Asked[]): Promise<Map<string, MemberStanding>> {
    const { reader, program, now } = this.#parts;
    const active = tiers.filter(({ status }) => status === 'ACTIVE').map(tierDefinition);
    const { timeZone } = await program.get();
    const memberIds = members.map(({ id }) => id);
    const state = await MemberTiers.load(reader, { tiers: active, memberIds, now: now(), timeZone });
    return new Map(
      members.map(({ id, joinedAt }) => {
        const totalsOf = state.totalsOf(id);
        return [id, { totalsOf, view: tierStanding(active, state.standingOf(id, joinedAt.getTime()), totalsOf) }];
      }),
    );
  }

  /** How many active members are in each tier, by its code. */
  async counts(tiers: readonly TierRecord[]): Promise<Map<string, number>> {
    const start = startOf(tiers.map(tierDefinition));
    const rows = await this.#parts.reader.query<{ tier: string | null; count: number }>(
      `select case when s.member_id is null then $1::text else s.tier end as tier, count(*)::int as count
       from members m left join tier_standings s on s.member_id = m.id where m.status = 'ACTIVE' group by 1`,
      [start],
    );
    return new Map(rows.flatMap(({ tier, count }) => (tier === null ? [] : [[tier, count] as const])));
  }

  /** A member's changes of tier, the latest first. */
  changes(memberId: string, page: PageArguments): Promise<Page<ChangeRow>> {
    return pageOf<StoredChange, ChangeRow>(this.#parts.reader, page, {
      select: CHANGE_COLUMNS,
      from: 'tier_changes',
      where: 'member_id = $1',
      parameters: [memberId],
      // Ids of one member's changes sort in the order they took effect: see newEntryId.
      order: [{ expression: 'id', type: 'uuid' }],
      direction: 'desc',
      toNode: toChangeRow,
    });
  }

  /** One change of tier, or null. */
  async change(id: string): Promise<ChangeRow | null> {
    const [row] = await this.#parts.reader.query<StoredChange>(
      `select ${CHANGE_COLUMNS} from tier_changes where id = $1`,
      [id],
    );
    return row === undefined ? null : toChangeRow(row);
  }
}
