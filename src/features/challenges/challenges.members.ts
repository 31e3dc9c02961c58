import type { Reader } from '../../platform/reader.ts';
import { ProgramView } from '../../rules/expression-facts.ts';
import { type CompiledExpression, compileMemberCondition, createFacts } from '../../rules/expressions.ts';
import type { GoalState } from '../../rules/game.types.ts';
import { challengeProgress, communityKey } from '../../rules/game-views.ts';
import type { ActivityFacts, MemberFacts, ProgramFacts, Usage } from '../../rules/types.ts';
import { loadRecords } from '../members/members.directory.ts';
import { loadGoals } from '../progress/progress.rows.ts';
import { readProgrammeUsages } from '../progress/usages.ts';
import { CHALLENGE, type ChallengeRecord, challengeDefinition } from './challenges.definitions.ts';
import { progressNow } from './challenges.progress.ts';
import { shownAt } from './challenges.reading.ts';
import type { ChallengeProgress } from './challenges.types.ts';

/** What reading members' progress looks at. */
export interface ProgressReading {
  challenges: readonly ChallengeRecord[];
  program: ProgramFacts;
  now: number;
}

/**
 * How far these members are, each in the challenges that are for them and those they have begun; of all members in three
 * statements. In the order of the challenges.
 */
export async function readProgress(
  reader: Reader,
  { challenges, program, now }: ProgressReading,
  memberIds: readonly string[],
): Promise<ChallengeProgress[][]> {
  const keys = challenges.flatMap((record) => (record.mode === 'COMMUNITY' ? [sharedKey(record, program, now)] : []));
  const [goals, usages, records] = await Promise.all([
    loadGoals(reader, memberIds),
    readProgrammeUsages(reader, keys),
    loadRecords(reader, memberIds, []),
  ]);
  const members = new Map(records.map(({ facts }) => [facts.id, facts]));
  const audience = new Audience(program, now);
  return memberIds.map((memberId) => {
    const member = members.get(memberId);
    if (member === undefined) return [];
    const stateOf = (code: string): GoalState | undefined => goals.goalOf(memberId, `${CHALLENGE}:${code}`);
    const shown = challenges.filter((record) => hasBegun(stateOf(record.code)) || audience.includes(record, member));
    return shown.map((record) => {
      const view = challengeProgress(challengeDefinition(record), {
        state: stateOf(record.code),
        community: communityOf(record, usages.get(sharedKey(record, program, now))),
        missing: missingOf(record, challenges, stateOf),
        now,
        programTimeZone: program.timeZone,
        memberTimeZone: member.timeZone ?? program.timeZone,
      });
      return progressNow(record.code, view);
    });
  });
}

function sharedKey(record: ChallengeRecord, { timeZone }: ProgramFacts, now: number): string {
  return communityKey(record, shownAt(record, now), timeZone);
}

function communityOf({ mode }: ChallengeRecord, usage: Usage | undefined): Usage | null {
  return mode === 'COMMUNITY' ? (usage ?? null) : null;
}

function hasBegun(state: GoalState | undefined): boolean {
  return state !== undefined && (state.startedAt !== null || state.times > 0);
}

/** The names of what must be completed before. */
function missingOf(
  { prerequisites }: ChallengeRecord,
  challenges: readonly ChallengeRecord[],
  stateOf: (code: string) => GoalState | undefined,
): string[] {
  const missing = prerequisites.filter((code) => (stateOf(code)?.firstCompletedAt ?? null) === null);
  return missing.map((code) => challenges.find((record) => record.code === code)?.name ?? code);
}

/** Audiences see no activity, so any will do. */
const NO_ACTIVITY: ActivityFacts = {
  ...{ id: '', type: '', occurredAt: 0, channel: null, source: '', value: null, items: [], attributes: {} },
};

/** Tells for whom challenges are, at one moment. Each expression is compiled once. */
class Audience {
  readonly #program: ProgramView;
  readonly #now: number;
  readonly #compiled = new Map<string, CompiledExpression<boolean> | null>();

  constructor(program: ProgramFacts, now: number) {
    this.#program = new ProgramView(program);
    this.#now = now;
  }

  /** A challenge that is not active any more is for nobody who has not begun it. */
  includes({ status, audience }: ChallengeRecord, member: MemberFacts): boolean {
    if (status !== 'ACTIVE') return false;
    if (audience === null) return true;
    const facts = createFacts(this.#program, member, { ...NO_ACTIVITY, occurredAt: this.#now });
    return this.#compile(audience)?.run(facts) === true;
  }

  /** Null for an expression of an older version of Pokal that no longer compiles: then it is for nobody. */
  #compile(source: string): CompiledExpression<boolean> | null {
    let compiled = this.#compiled.get(source);
    if (compiled === undefined) {
      try {
        compiled = compileMemberCondition(source);
      } catch {
        compiled = null;
      }
      this.#compiled.set(source, compiled);
    }
    return compiled;
  }
}
