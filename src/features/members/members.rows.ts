import { instant } from '../../platform/reader.ts';
import { RowSet } from '../../platform/rows.ts';
import type { Tx } from '../../platform/tx.ts';
import type { MemberStatus, Visibility } from './members.words.ts';

/** What can be said about a member, in the form in which it is stored. */
export interface MemberProfile {
  displayName: string;
  externalId: string | null;
  email: string | null;
  alias: string | null;
  visibility: Visibility;
  timeZone: string | null;
  locale: string | null;
  interests: string[];
  attributes: Record<string, unknown>;
}

/** A member as the database holds one. */
export interface MemberRow extends MemberProfile {
  id: string;
  memberNumber: string;
  status: MemberStatus;
  joinedAt: Date;
  referralCode: string;
}

/** The columns of `members m`, for `toMemberRow`. */
export const MEMBER_COLUMNS = `m.id, m.external_id as "externalId", m.member_number as "memberNumber",
  m.display_name as "displayName", m.alias, m.email, m.status, m.visibility, m.joined_at as "joinedAt",
  m.time_zone as "timeZone", m.locale, to_json(m.interests) as interests, m.attributes, m.referral_code as "referralCode"`;

/** Reads the times of a row as the driver gave it, in place. */
export function toMemberRow(row: MemberRow): MemberRow {
  row.joinedAt = instant(row.joinedAt);
  return row;
}

/** What `search` looks through, lower-case. Parts are kept apart so that a word never matches across two of them. */
export function searchTextOf(row: Omit<MemberRow, 'interests'>): string {
  const parts = [row.displayName, row.alias, row.email, row.memberNumber, row.externalId];
  return parts
    .filter((part) => part !== null)
    .join('\n')
    .toLowerCase();
}

type InsertedMember = Omit<MemberRow, 'joinedAt'> & { joinedAt: number; searchText: string; createdAt: number };

const memberRows = new RowSet<InsertedMember>({
  id: 'uuid',
  externalId: 'text',
  memberNumber: 'text',
  displayName: 'text',
  alias: 'text',
  email: 'text',
  status: 'text',
  visibility: 'text',
  joinedAt: 'timestamptz',
  timeZone: 'text',
  locale: 'text',
  interests: 'jsonb',
  attributes: 'jsonb',
  referralCode: 'text',
  searchText: 'text',
  createdAt: 'timestamptz',
});

// Arrays of arrays cannot be unnested row by row, so interests travel as JSON.
const INSERT = `
  insert into members (${memberRows.names}, updated_at)
  select id, external_id, member_number, display_name, alias, email, status, visibility, joined_at, time_zone, locale,
    array(select jsonb_array_elements_text(interests)), attributes, referral_code, search_text, created_at, created_at
  from ${memberRows.source} as r (${memberRows.names})
  on conflict do nothing returning id`;

/** Inserts what collides with nothing, in one statement, and gives the ids of what was inserted. */
export async function insertMembersIn(tx: Tx, rows: readonly MemberRow[]): Promise<Set<string>> {
  const flat = rows.map((row) => ({
    ...row,
    joinedAt: row.joinedAt.getTime(),
    searchText: searchTextOf(row),
    createdAt: tx.now,
  }));
  const inserted = await tx.query<{ id: string }>(INSERT, memberRows.parameters(flat));
  return new Set(inserted.map((row) => row.id));
}

/** Stores a member's profile and status anew. */
export async function updateMemberIn(tx: Tx, row: MemberRow): Promise<void> {
  await tx.query(
    `update members set external_id = $2, display_name = $3, alias = $4, email = $5, status = $6, visibility = $7,
       time_zone = $8, locale = $9, interests = $10::text[], attributes = $11::jsonb, search_text = $12, updated_at = $13
     where id = $1`,
    [
      row.id,
      row.externalId,
      row.displayName,
      row.alias,
      row.email,
      row.status,
      row.visibility,
      row.timeZone,
      row.locale,
      row.interests,
      JSON.stringify(row.attributes),
      searchTextOf(row),
      new Date(tx.now).toISOString(),
    ],
  );
}
