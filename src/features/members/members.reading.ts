import { isId } from '../../platform/ids.ts';
import { type Page, type PageArguments, pageOf } from '../../platform/pages.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { isStorable } from '../../platform/text.ts';
import { readMemberNumber } from '../../rules/codes.ts';
import { MEMBER_COLUMNS, type MemberRow, toMemberRow } from './members.rows.ts';
import type { MemberStatus, Visibility } from './members.words.ts';

/** What a member is looked up by; exactly one is given. */
export interface MemberKeys {
  id?: string | null | undefined;
  externalId?: string | null | undefined;
  memberNumber?: string | null | undefined;
  email?: string | null | undefined;
}

/** Narrows a list of members. Times are half-open: from `joinedAfter` on, up to but without `joinedBefore`. */
export interface MemberFilterValues {
  status?: readonly MemberStatus[] | null | undefined;
  visibility?: readonly Visibility[] | null | undefined;
  joinedAfter?: Date | null | undefined;
  joinedBefore?: Date | null | undefined;
  interest?: string | null | undefined;
}

const LONGEST_SEARCH = 100;
/** Each word is one more condition; a name with an address has about this many. */
const MOST_WORDS = 8;

/** Finds, lists and searches members. Knows no viewer: who may see what is decided above. */
export class MembersReading {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** The member with one of the keys, or null. @throws Refusal BAD_USER_INPUT unless exactly one key is given. */
  find(keys: MemberKeys): Promise<MemberRow | null> {
    const given = Object.entries(keys).filter((entry): entry is [keyof MemberKeys, string] => entry[1] != null);
    const [key, ...more] = given;
    if (key === undefined || more.length > 0) {
      throw new Refusal(
        ErrorCode.BAD_USER_INPUT,
        'Give exactly one of `id`, `externalId`, `memberNumber` and `email`.',
      );
    }
    const { column, value } = columnOf(...key);
    return value === null ? Promise.resolve(null) : this.#findIn(this.#reader, column, value);
  }

  /** The member with this id, or null. */
  byId(id: string): Promise<MemberRow | null> {
    return this.byIdIn(this.#reader, id);
  }

  /** `byId` through any reader; `lock` may be `for update`. */
  byIdIn(reader: Reader, id: string, lock: '' | 'for update' = ''): Promise<MemberRow | null> {
    return isId(id) ? this.#findIn(reader, 'id', id, lock) : Promise.resolve(null);
  }

  async #findIn(reader: Reader, column: string, value: string, lock = ''): Promise<MemberRow | null> {
    const rows = await reader.query<MemberRow>(
      `select ${MEMBER_COLUMNS} from members m where m.${column} = $1 ${lock}`,
      [value],
    );
    return rows[0] === undefined ? null : toMemberRow(rows[0]);
  }

  /** The members with these ids, in any order; unknown ids are missing. One statement. */
  async byIds(ids: readonly string[]): Promise<MemberRow[]> {
    const rows = await this.#reader.query<MemberRow>(
      `select ${MEMBER_COLUMNS} from members m where m.id = any ($1::uuid[])`,
      [ids],
    );
    return rows.map(toMemberRow);
  }

  /** One page of members, the newest first. @throws Refusal BAD_USER_INPUT for a bad page, cursor or search. */
  page(page: PageArguments, search: string | null, filter: MemberFilterValues): Promise<Page<MemberRow>> {
    const { where, parameters } = conditions(search, filter);
    return pageOf<MemberRow, MemberRow>(this.#reader, page, {
      select: MEMBER_COLUMNS,
      from: 'members m',
      where,
      parameters,
      order: [
        { expression: 'm.joined_at', type: 'timestamptz' },
        { expression: 'm.id', type: 'uuid' },
      ],
      direction: 'desc',
      toNode: toMemberRow,
    });
  }
}

/** Where to look for a key, or a null value when no member can have it. */
function columnOf(key: keyof MemberKeys, value: string): { column: string; value: string | null } {
  const storable = isStorable(value) ? value.normalize('NFC').trim() : null;
  switch (key) {
    case 'id':
      return { column: 'id', value: isId(value.toLowerCase()) ? value.toLowerCase() : null };
    case 'memberNumber':
      return { column: 'member_number', value: readMemberNumber(value) };
    case 'email':
      return { column: 'email', value: storable?.toLowerCase() ?? null };
    case 'externalId':
      return { column: 'external_id', value: storable };
  }
}

function conditions(search: string | null, filter: MemberFilterValues): { where: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const parts: string[] = [];
  const add = (condition: (place: string) => string, value: unknown): void => {
    if (value !== null && value !== undefined) parts.push(condition(`$${parameters.push(value)}`));
  };
  for (const word of wordsOf(search)) add((place) => `m.search_text like ${place}`, `%${escaped(word)}%`);
  add((place) => `m.status = any (${place}::text[])`, filter.status);
  add((place) => `m.visibility = any (${place}::text[])`, filter.visibility);
  add((place) => `m.joined_at >= ${place}::timestamptz`, filter.joinedAfter?.toISOString());
  add((place) => `m.joined_at < ${place}::timestamptz`, filter.joinedBefore?.toISOString());
  add((place) => `${place}::text = any (m.interests)`, filter.interest?.normalize('NFC').replaceAll('\0', ''));
  return { where: parts.length === 0 ? 'true' : parts.join(' and '), parameters };
}

function wordsOf(search: string | null): string[] {
  const text = search ?? '';
  if (text.length > LONGEST_SEARCH || !isStorable(text)) {
    const message = `A search has at most ${LONGEST_SEARCH} characters. Search for a part of the name or number.`;
    throw new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: ['search'] });
  }
  const words = text.normalize('NFC').toLowerCase().split(/\s+/).filter(Boolean);
  return words.slice(0, MOST_WORDS);
}

/** The word with what `like` would take for a pattern taken literally. */
function escaped(word: string): string {
  return word.replace(/[\\%_]/g, '\\$&');
}
