import { newId } from '../../platform/ids.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import type { GoalKey } from '../../rules/game.types.ts';
import { countAward, limitKey } from '../../rules/game-views.ts';
import type { RuleReference } from '../../rules/types.ts';
import { type GoalsBook, loadGoals } from '../progress/progress.rows.ts';
import { loadUsages, type UsageBook } from '../progress/usages.ts';
import { BADGE, type BadgeRecord } from './badges.definitions.ts';
import { BADGE_AWARDED, emitAwardIn } from './badges.events.ts';
import { readBadges } from './badges.reading.ts';
import { type AwardRow, insertAwards, readHolders } from './badges.rows.ts';

/** The cause of what people award. */
export const BY_HAND = 'hand';

/** A badge for a member that no activity gives: by hand, as a prize, for a challenge that many completed together. */
export interface AwardDraft {
  memberId: string;
  /** The badge's code. */
  badge: string;
  /** What gives it, for example `{ kind: 'leaderboard', code: 'reviewers' }`. */
  cause: Pick<RuleReference, 'kind' | 'code'>;
  /** A sentence for the member; null for none. */
  reason: string | null;
  /** The activity behind it, where there is one. */
  activityId?: string | null;
  /** Who gives it, when a person does. */
  actor?: string | null;
  /** Epoch milliseconds; now unless told. */
  awardedAt?: number;
}

/** What became of one draft: an award with its event, or why there is none. */
export type AwardOutcome = { award: AwardRow; effect: Effect } | { refusal: Refusal };

/** What a round of awards looks at and changes. */
interface Round {
  badges: ReadonlyMap<string, BadgeRecord>;
  goals: GoalsBook;
  editions: UsageBook;
  /** Members who were awarded a badge before and hold none of it now, as `<badge> <member>`. */
  lost: ReadonlySet<string>;
}

/**
 * Awards badges inside a transaction that holds their members' locks, in the order of the drafts: each is stored, counted in
 * the member's goals and in its edition, and told. A badge that is not repeatable and was awarded before, one of which none is
 * left, and one that is not active are not awarded; the others go their way. Several for one member may come together.
 *
 * It reads and writes the goals of these members: write what you have changed in them before you call it.
 */
export async function awardIn(tx: Tx, drafts: readonly AwardDraft[]): Promise<AwardOutcome[]> {
  if (drafts.length === 0) return [];
  const memberIds = [...new Set(drafts.map(({ memberId }) => memberId))];
  const found = await readBadges(tx, [...new Set(drafts.map(({ badge }) => badge))]);
  const badges = new Map(found.map((badge) => [badge.code, badge]));
  const limited = [...badges.values()].filter(({ limit }) => limit !== null);
  const editions = await loadUsages(
    tx,
    limited.map(({ code }) => ({ memberId: null, key: limitKey(code) })),
  );
  const goals = await loadGoals(tx, memberIds);
  const round = { badges, goals, editions, lost: await readLost(tx, badges, goals, drafts) };
  const outcomes: (AwardRow | Refusal)[] = drafts.map((draft) => awardOne(tx, round, draft));
  const rows = outcomes.filter((outcome): outcome is AwardRow => !(outcome instanceof Refusal));
  await Promise.all([editions.write(tx), goals.write(tx)]);
  const effects = (await writeAwardsIn(tx, rows)).values();
  return outcomes.map((outcome) =>
    outcome instanceof Refusal ? { refusal: outcome } : { award: outcome, effect: effects.next().value as Effect },
  );
}

/** Stores awards that are counted already, and tells of them. */
export async function writeAwardsIn(tx: Tx, rows: readonly AwardRow[]): Promise<Effect[]> {
  await insertAwards(tx, rows);
  return Promise.all(rows.map((row) => emitAwardIn(tx, BADGE_AWARDED, row)));
}

/** The row of an award. @param number the how-manieth of this member, from 1 */
export function awardRow(draft: AwardDraft, number: number, now: number): AwardRow {
  const { memberId, badge, cause, reason, activityId = null, actor = null, awardedAt = now } = draft;
  return {
    ...{ id: newId(), badgeCode: badge, memberId, number, awardedAt, activityId, reason, actor },
    ...{ causeKind: cause.kind, causeCode: cause.code },
    ...{ revokedAt: null, revokedReason: null, revokedBy: null },
  };
}

function awardOne(tx: Tx, { badges, goals, editions, lost }: Round, draft: AwardDraft): AwardRow | Refusal {
  const badge = badges.get(draft.badge);
  if (badge === undefined) return unknownBadge();
  if (badge.status !== 'ACTIVE') return inactiveBadge(badge);
  const key: GoalKey = `${BADGE}:${badge.code}`;
  const state = goals.goalOf(draft.memberId, key);
  if (!badge.repeatable && (state?.times ?? 0) > 0 && !lost.has(holding(draft))) return heldAlready(badge);
  const edition = { memberId: null, key: limitKey(badge.code) };
  if (badge.limit !== null) {
    if (editions.usageOf(edition).count >= badge.limit) return usedUp(badge.limit);
    editions.add([{ ...edition, count: 1, points: 0 }]);
  }
  const counted = countAward(state, draft.awardedAt ?? tx.now);
  goals.set(draft.memberId, key, counted);
  return awardRow(draft, counted.times, tx.now);
}

/**
 * Who lost a badge by hand gets it again by hand only: rules count it as awarded for ever, people may think better of it.
 * Nearly always there is nobody to look for.
 */
async function readLost(
  tx: Tx,
  badges: ReadonlyMap<string, BadgeRecord>,
  goals: GoalsBook,
  drafts: readonly AwardDraft[],
): Promise<Set<string>> {
  const lost = new Set<string>();
  for (const draft of drafts) {
    if (draft.cause.kind !== BY_HAND || badges.get(draft.badge)?.repeatable !== false) continue;
    if ((goals.goalOf(draft.memberId, `${BADGE}:${draft.badge}`)?.times ?? 0) === 0) continue;
    const holders = await readHolders(tx, draft.badge, [draft.memberId]);
    if (!holders.has(draft.memberId)) lost.add(holding(draft));
  }
  return lost;
}

function holding({ badge, memberId }: AwardDraft): string {
  return `${badge} ${memberId}`;
}

const path = ['input', 'badge'];

/** The refusal for a code that names no badge. */
export function unknownBadge(): Refusal {
  return new Refusal(ErrorCode.NOT_FOUND, 'There is no badge with this code. Check the code.', { path });
}

function inactiveBadge({ status }: BadgeRecord): Refusal {
  const code = status === 'DRAFT' ? ErrorCode.NOT_STARTED : ErrorCode.ENDED;
  return new Refusal(code, `The badge is ${status.toLowerCase()}; only active badges are awarded.`, { path });
}

function heldAlready({ name }: BadgeRecord): Refusal {
  return new Refusal(ErrorCode.LIMIT_REACHED, `The member has “${name}” already, and it is awarded once.`, { path });
}

function usedUp(limit: number): Refusal {
  const message = `All ${limit} of this badge have been awarded. Raise its limit to award more.`;
  return new Refusal(ErrorCode.OUT_OF_STOCK, message, { path, details: { limit } });
}
