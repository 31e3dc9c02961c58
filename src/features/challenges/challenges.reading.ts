import { type Page, type PageArguments, pageOf } from '../../platform/pages.ts';
import type { Reader } from '../../platform/reader.ts';
import { communityKey } from '../../rules/game-views.ts';
import { compileTarget } from '../../rules/goals.ts';
import { ordinalOf, periodBounds } from '../../rules/periods.ts';
import { MEMBER_COLUMNS, type MemberRow, toMemberRow } from '../members/members.rows.ts';
import { readProgrammeUsages } from '../progress/usages.ts';
import type { ChallengeRecord } from './challenges.definitions.ts';
import { type Gathered, readGathered } from './challenges.rows.ts';

/** How far everybody together is in one period of a community challenge. */
export interface Community extends Gathered {
  code: string;
  period: number;
  /** Millionths. */
  amount: number;
  target: number;
}

/** What one member gave. */
export interface Contribution {
  /** Millionths. */
  amount: number;
  /** Epoch milliseconds. */
  lastAt: number;
  member: MemberRow;
}

/** When something is looked at: now, in the programme's time zone. */
export interface Moment {
  now: number;
  timeZone: string;
}

/** How far everybody is in these community challenges, in their order; of all in two statements. */
export async function readCommunities(
  reader: Reader,
  records: readonly ChallengeRecord[],
  moment: Moment,
): Promise<Community[]> {
  const wanted = records.map((record) => ({
    code: record.code,
    period: periodOf(record, moment),
    key: communityKey(record, shownAt(record, moment.now), moment.timeZone),
    target: compileTarget(record.goal),
  }));
  const [usages, gathered] = await Promise.all([
    readProgrammeUsages(
      reader,
      wanted.map(({ key }) => key),
    ),
    readGathered(reader, wanted),
  ]);
  return wanted.map(({ code, period, key, target }, index) => {
    const { contributorCount, completedAt } = gathered[index] ?? { contributorCount: 0, completedAt: null };
    return { code, period, amount: usages.get(key)?.points ?? 0, target, contributorCount, completedAt };
  });
}

/** The moment whose period is shown: the present, within the challenge's time. */
export function shownAt({ startsAt, endsAt }: ChallengeRecord, now: number): number {
  const last = endsAt === null ? now : Math.min(now, Date.parse(endsAt) - 1);
  return Math.max(Date.parse(startsAt), last);
}

/** When the running period of a recurring challenge ends; null when none runs. */
export function periodEnd(record: ChallengeRecord, { now, timeZone }: Moment): number | null {
  const { recurrence, startsAt, endsAt } = record;
  if (recurrence === 'NONE' || now < Date.parse(startsAt)) return null;
  const end = endsAt === null ? Number.POSITIVE_INFINITY : Date.parse(endsAt);
  if (now >= end) return null;
  return Math.min(periodBounds(recurrence, now, timeZone).endsAt ?? end, end);
}

/** When what is shown of a challenge changes by the mere passing of time; null for never. */
export function changesAt(record: ChallengeRecord, moment: Moment): number | null {
  const { startsAt, endsAt } = record;
  const edges = [Date.parse(startsAt), endsAt === null ? 0 : Date.parse(endsAt), periodEnd(record, moment) ?? 0];
  const ahead = edges.filter((edge) => edge > moment.now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

function periodOf(record: ChallengeRecord, { now, timeZone }: Moment): number {
  return record.recurrence === 'NONE' ? 0 : ordinalOf(record.recurrence, shownAt(record, now), timeZone);
}

/** A page of what members gave, the largest first; of equal ones, who gave it first. @throws Refusal BAD_USER_INPUT. */
export function pageOfContributions(
  reader: Reader,
  { code, period }: Pick<Community, 'code' | 'period'>,
  page: PageArguments,
): Promise<Page<Contribution>> {
  return pageOf<MemberRow & { amount: string; lastAt: number }, Contribution>(reader, page, {
    select: `c.amount, (extract(epoch from c.last_at) * 1000)::float8 as "lastAt", ${MEMBER_COLUMNS}`,
    from: 'challenge_contributions c join members m on m.id = c.member_id',
    where: 'c.challenge_code = $1 and c.period = $2',
    parameters: [code, period],
    order: [
      { expression: '(-c.amount)', type: 'bigint' },
      { expression: 'c.last_at', type: 'timestamptz' },
      // Not everybody may know who gave it, and an id also says when somebody joined.
      { expression: 'c.member_id', type: 'uuid', veil: 'md5(c.challenge_code || c.period || c.member_id)::uuid' },
    ],
    direction: 'asc',
    toNode: ({ amount, lastAt, ...member }) => {
      return { amount: Number(amount), lastAt: Math.round(lastAt), member: toMemberRow(member) };
    },
  });
}
