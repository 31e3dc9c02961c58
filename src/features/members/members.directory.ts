import type { Reader } from '../../platform/reader.ts';
import type { Tx } from '../../platform/tx.ts';
import type { MemberRecord } from '../../recording/commands.ts';
import type { Enrolments, MemberDraft } from './members.enrolment.ts';

/** What recording needs of a member: half the columns, and times as numbers, because it reads one per activity. */
const FACT_COLUMNS = `id, external_id as "externalId", (extract(epoch from joined_at) * 1000)::float8 as "joinedAt",
  time_zone as "timeZone", locale, interests, attributes, status`;

type FactRow = MemberRecord['facts'] & { status: string };

/** The ids of members by external id; unknown ones are missing. */
export async function locateExternalIds(reader: Reader, externalIds: readonly string[]): Promise<Map<string, string>> {
  if (externalIds.length === 0) return new Map();
  const rows = await reader.query<{ id: string; externalId: string }>(
    'select id, external_id as "externalId" from members where external_id = any ($1::text[])',
    [externalIds],
  );
  return new Map(rows.map((row) => [row.externalId, row.id]));
}

/** Members by id and by external id. Two statements when both are asked for: an `or` would cost both indexes a bitmap. */
export async function loadRecords(
  reader: Reader,
  ids: readonly string[],
  externalIds: readonly string[],
): Promise<MemberRecord[]> {
  const load = (condition: string, values: readonly string[]): Promise<FactRow[]> =>
    values.length === 0
      ? Promise.resolve([])
      : reader.query<FactRow>(`select ${FACT_COLUMNS} from members where ${condition}`, [values]);
  const found = await Promise.all([
    load('id = any ($1::uuid[])', ids),
    load('external_id = any ($1::text[])', externalIds),
  ]);
  return found.flat().map(({ status, ...facts }) => ({ facts, status }));
}

/** Enrols unknown external ids that a batch of activities brought; their welcome belongs to their first activity. */
export async function enrolUnknownIn(
  tx: Tx,
  enrolments: Enrolments,
  empty: Omit<MemberDraft, 'joinedAt'>,
  drafts: readonly { externalId: string; joinedAt: number }[],
): Promise<MemberRecord[]> {
  const enrolled = await enrolments.enrolManyIn(
    tx,
    drafts.map(({ externalId, joinedAt }) => ({ ...empty, externalId, joinedAt: new Date(joinedAt) })),
  );
  return enrolled.map(({ member, effect }) => {
    const { id, externalId, timeZone, locale, interests, attributes, status } = member;
    const facts = { id, externalId, joinedAt: member.joinedAt.getTime(), timeZone, locale, interests, attributes };
    return { facts, status, welcome: effect };
  });
}
