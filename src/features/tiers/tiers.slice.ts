import type { Tx } from '../../platform/tx.ts';
import type { OpenSlice, Slice, Step } from '../../recording/slice.ts';
import { tiersOf } from '../../rules/game.ts';
import type { TierDefinition, TierTotals } from '../../rules/game.types.ts';
import { dayOf } from '../../rules/game-views.ts';
import { compileTiers, describeTotal } from '../../rules/tiers.ts';
import type { MemberState, ProgramFacts } from '../../rules/types.ts';
import { newEntryId } from '../points/entry-ids.ts';
import { TIER_CHANGED } from './tiers.events.ts';
import { addDays, type ChangeRow, type DayRow, insertChanges, type StandingRow, writeStandings } from './tiers.rows.ts';
import { MemberTiers } from './tiers.state.ts';

const NOTHING: OpenSlice = { fold() {}, write: () => Promise.resolve() };

/**
 * How tiers take part in recording: what members have within the tiers' windows and where they stand is loaded, moved on by
 * each activity and stored. A programme without active tiers pays nothing for them.
 */
export const tiersSlice: Slice = {
  name: 'tiers',
  async open(tx, programme, candidates) {
    const tiers = tiersOf(programme);
    if (tiers.length === 0 || candidates.length === 0) return NOTHING;
    const { program } = programme;
    const { timeZone } = program;
    const memberIds = [...new Set(candidates.map(({ memberId }) => memberId))];
    return new TiersBatch(tx, program, tiers, await MemberTiers.load(tx, { tiers, memberIds, now: tx.now, timeZone }));
  },
};

class TiersBatch implements OpenSlice {
  readonly #tx: Tx;
  readonly #program: ProgramFacts;
  readonly #tiers: readonly TierDefinition[];
  readonly #members: MemberTiers;
  readonly #days = new Map<string, DayRow>();
  readonly #standings = new Map<string, StandingRow>();
  readonly #changes: ChangeRow[] = [];

  constructor(tx: Tx, program: ProgramFacts, tiers: readonly TierDefinition[], members: MemberTiers) {
    this.#tx = tx;
    this.#program = program;
    this.#tiers = tiers;
    this.#members = members;
  }

  contribute(memberId: string, state: Partial<MemberState>): void {
    const { game, member } = state;
    if (game === undefined || member === undefined) throw new Error('Progress is loaded before tiers.');
    const members = this.#members;
    state.game = {
      goal: game.goal,
      timeZone: game.timeZone,
      totals: members.totalsOf(memberId),
      // Asked for with each activity: earlier ones of the batch may have changed it.
      get standing() {
        return members.standingOf(memberId, member.joinedAt);
      },
    };
  }

  fold({ activity, evaluation: { game }, now, emit }: Step): void {
    if (game === null) return;
    const { memberId, facts } = activity;
    if (game.counted !== null) this.#count(memberId, dayOf(facts.occurredAt, this.#program.timeZone), game.counted);
    if (game.standing !== null) {
      this.#members.setStanding(memberId, game.standing);
      this.#standings.set(memberId, { memberId, ...game.standing });
    }
    if (game.tier === null) return;
    const { from, to, direction } = game.tier;
    const reason = this.#reasonOf(memberId, to);
    const at = { activityId: facts.id, occurredAt: now };
    this.#changes.push({ id: newEntryId(this.#tx), memberId, fromTier: from, toTier: to, direction, reason, ...at });
    emit(TIER_CHANGED, { from, to, direction });
  }

  async write(): Promise<void> {
    await Promise.all([
      addDays(this.#tx, [...this.#days.values()]),
      writeStandings(this.#tx, [...this.#standings.values()]),
      insertChanges(this.#tx, this.#changes),
    ]);
  }

  /** What the history says: the receipt's line holds the multiplier too. */
  #reasonOf(memberId: string, to: string | null): string {
    const tier = compileTiers(this.#tiers).tiers.find(({ reference }) => reference.code === to);
    if (tier === undefined) throw new Error(`An activity lifted a member into ${to}, which is no active tier.`);
    const { windowMs, metric } = tier.definition;
    const total = this.#members.totalsOf(memberId)(windowMs)[metric];
    return `“${tier.reference.name}” is reached: ${describeTotal(total, tier, this.#program.currencyCode)}.`;
  }

  #count(memberId: string, day: number, counted: TierTotals): void {
    this.#members.add(memberId, day, counted);
    const key = `${memberId}${day}`;
    const row = this.#days.get(key) ?? { memberId, day, points: 0, value: 0, activities: 0 };
    row.points += counted.POINTS_EARNED;
    row.value += counted.VALUE_SPENT;
    row.activities += counted.ACTIVITY_COUNT;
    this.#days.set(key, row);
  }
}
