import { newId } from '../../platform/ids.ts';
import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import type { OpenSlice, Slice, Step } from '../../recording/slice.ts';
import { requiresGame } from '../../rules/game.ts';
import type { ChallengeStep } from '../../rules/game.types.ts';
import { bucketOf } from '../../rules/goals.ts';
import type { LedgerRow } from '../points/points.rows.ts';
import { CHALLENGE } from './challenges.definitions.ts';
import { CHALLENGE_COMPLETED, CHALLENGE_PROGRESSED } from './challenges.events.ts';
import { completeTogetherIn, type PayCommunity } from './challenges.payment.ts';
import { packSnapshot, snapshotOf } from './challenges.progress.ts';
import {
  type CompletionRow,
  type ContributionRow,
  completionKey,
  insertCompletionsIn,
  writeContributionsIn,
} from './challenges.rows.ts';

const NOTHING: OpenSlice = { fold() {}, write: () => Promise.resolve() };

/**
 * How challenges take part in recording: what an evaluation brought further is told and stored. What it looks at (goals, and
 * what everybody has together) is loaded and counted by the slice of progress.
 */
export const challengesSlice: Slice = {
  name: 'challenges',
  async open(tx, programme) {
    return requiresGame(programme) ? new ChallengesBatch(tx) : NOTHING;
  },
};

class ChallengesBatch implements OpenSlice {
  readonly #tx: Tx;
  readonly #completions: CompletionRow[] = [];
  /** By challenge, member and period; the last one of a batch is the whole. */
  readonly #contributions = new Map<string, ContributionRow>();
  readonly #together: { payment: PayCommunity; activityId: string }[] = [];

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  fold(step: Step): void {
    for (const challenge of step.evaluation.game?.challenges ?? []) {
      const progress = packSnapshot(snapshotOf(challenge, step.activity.facts.occurredAt));
      step.emit(challenge.completed ? CHALLENGE_COMPLETED : CHALLENGE_PROGRESSED, { progress });
      if (challenge.mode === 'COMMUNITY') this.#contribute(step, challenge);
      if (challenge.completed) this.#complete(step, challenge);
    }
  }

  async write(): Promise<void> {
    await Promise.all([
      insertCompletionsIn(this.#tx, this.#completions),
      writeContributionsIn(this.#tx, [...this.#contributions.values()]),
    ]);
    for (const { payment, activityId } of this.#together) await completeTogetherIn(this.#tx, payment, activityId);
  }

  #contribute(
    { activity: { memberId, facts }, evaluation }: Step,
    { challenge: { code }, period }: ChallengeStep,
  ): void {
    const counted = evaluation.game?.goals.find(({ key }) => key === `${CHALLENGE}:${code}`);
    if (counted === undefined) throw new Error(`The challenge ${code} went on without being counted.`);
    const key = `${code} ${completionKey({ memberId, period })}`;
    const lastAt = Math.max(facts.occurredAt, this.#contributions.get(key)?.lastAt ?? facts.occurredAt);
    const { amount } = bucketOf(counted.state, period);
    this.#contributions.set(key, { challengeCode: code, period, memberId, amount, lastAt });
  }

  #complete({ activity: { memberId, facts, effects } }: Step, step: ChallengeStep): void {
    const { challenge: rule, mode, period, progress, target } = step;
    const { id: activityId, occurredAt: completedAt } = facts;
    if (mode === 'COMMUNITY') {
      const payment = { rule, period, progress, target, completedAt, told: memberId, silent: false };
      this.#together.push({ payment, activityId });
      return;
    }
    const completion = { id: newId(), challengeCode: rule.code, memberId, period, activityId, completedAt };
    this.#completions.push({ ...completion, entryId: entryOf(effects, rule.code) });
  }
}

/** The ledger entry of the points that a challenge has just paid: the points slice folds before this one. */
function entryOf(effects: readonly Effect[], code: string): string | null {
  for (const { type, live } of effects) {
    const entry = type === 'PointsEarned' ? (live as LedgerRow | undefined) : undefined;
    if (entry?.rule?.kind === CHALLENGE && entry.rule.code === code) return entry.id;
  }
  return null;
}
