import type { Reader } from '../../platform/reader.ts';
import { Audiences } from '../../rules/audiences.ts';
import type { GoalState } from '../../rules/game.types.ts';
import { challengeProgress, communityKey } from '../../rules/game-views.ts';
import type { MemberFacts, ProgramFacts, Usage } from '../../rules/types.ts';
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
  const audiences = new Audiences(program, now);
  return memberIds.map((memberId) => {
    const member = members.get(memberId);
    if (member === undefined) return [];
    const stateOf = (code: string): GoalState | undefined => goals.goalOf(memberId, `${CHALLENGE}:${code}`);
    const shown = challenges.filter((record) => hasBegun(stateOf(record.code)) || isFor(record, member, audiences));
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

/** A challenge that is not active any more is for nobody who has not begun it. */
function isFor({ status, audience }: ChallengeRecord, member: MemberFacts, audiences: Audiences): boolean {
  return status === 'ACTIVE' && audiences.include(audience, member);
}
