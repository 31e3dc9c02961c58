import type { Reader } from '../../platform/reader.ts';
import type { StandingState, TierDefinition, TierTotals } from '../../rules/game.types.ts';
import { windowStart } from '../../rules/game-views.ts';
import { readStandings, readTotals } from './tiers.rows.ts';

/** What a member has within a tier's window. */
export type TotalsOf = (windowMs: number | null) => TierTotals;

/** Whose state is wanted, and as of when. */
export interface Wanted {
  tiers: readonly TierDefinition[];
  memberIds: readonly string[];
  /** When windows end, epoch milliseconds. */
  now: number;
  /** The programme's, which cuts the days. */
  timeZone: string;
}

const NOTHING: TierTotals = Object.freeze({ POINTS_EARNED: 0, VALUE_SPENT: 0, ACTIVITY_COUNT: 0 });

/**
 * What some members have in every window of the active tiers, and where they stand: loaded in two statements, and moved on
 * by whoever adds to it.
 */
export class MemberTiers {
  readonly #tiers: readonly TierDefinition[];
  readonly #windows: readonly { windowMs: number | null; firstDay: number | null }[];
  readonly #totals: Map<string, TierTotals[]>;
  readonly #standings: Map<string, StandingState>;

  private constructor(
    tiers: readonly TierDefinition[],
    windows: readonly { windowMs: number | null; firstDay: number | null }[],
    totals: Map<string, TierTotals[]>,
    standings: Map<string, StandingState>,
  ) {
    this.#tiers = tiers;
    this.#windows = windows;
    this.#totals = totals;
    this.#standings = standings;
  }

  static async load(reader: Reader, { tiers, memberIds, now, timeZone }: Wanted): Promise<MemberTiers> {
    const active = tiers.filter(({ status }) => status === 'ACTIVE');
    const lengths = [...new Set(active.map(({ windowMs }) => windowMs))];
    const windows = lengths.map((windowMs) => ({ windowMs, firstDay: windowStart(windowMs, now, timeZone) }));
    const [totals, standings] = await Promise.all([
      readTotals(
        reader,
        memberIds,
        windows.map(({ firstDay }) => firstDay),
      ),
      readStandings(reader, memberIds),
    ]);
    return new MemberTiers(tiers, windows, totals, standings);
  }

  /** What the member has within each window. */
  totalsOf(memberId: string): TotalsOf {
    return (windowMs) => {
      const index = this.#windows.findIndex((window) => window.windowMs === windowMs);
      return this.#totals.get(memberId)?.[index] ?? NOTHING;
    };
  }

  /** Where the member stands; who has never left the start stands there since joining. */
  standingOf(memberId: string, joinedAt: number): StandingState {
    return this.#standings.get(memberId) ?? startStanding(this.#tiers, joinedAt);
  }

  setStanding(memberId: string, standing: StandingState): void {
    this.#standings.set(memberId, standing);
  }

  /** Adds what an activity of a day brought to every window that holds the day. */
  add(memberId: string, day: number, added: TierTotals): void {
    const before = this.#totals.get(memberId) ?? [];
    const after = this.#windows.map(({ firstDay }, index) => {
      const total = before[index] ?? NOTHING;
      return firstDay !== null && day < firstDay ? total : sumOf(total, added);
    });
    this.#totals.set(memberId, after);
  }
}

/**
 * Where members stand who have done nothing yet: in the best tier that asks for nothing, since they joined. It is stored for
 * nobody, so that enrolling costs nothing and a new first tier holds for all at once.
 */
export function startStanding(tiers: readonly TierDefinition[], joinedAt: number): StandingState {
  const start = startOf(tiers);
  return { tier: start, since: start === null ? null : joinedAt, keepUntil: null };
}

/** The best active tier that asks for nothing; null when there is none. */
export function startOf(tiers: readonly TierDefinition[]): string | null {
  const open = tiers.filter(({ status, threshold }) => status === 'ACTIVE' && Number(threshold) === 0);
  return open.sort((left, right) => right.rank - left.rank)[0]?.code ?? null;
}

function sumOf(total: TierTotals, added: TierTotals): TierTotals {
  return {
    POINTS_EARNED: total.POINTS_EARNED + added.POINTS_EARNED,
    VALUE_SPENT: total.VALUE_SPENT + added.VALUE_SPENT,
    ACTIVITY_COUNT: total.ACTIVITY_COUNT + added.ACTIVITY_COUNT,
  };
}
