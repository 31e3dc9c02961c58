import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { TestApp } from '../../support/app.ts';

/** Whose object it is that `node(id:)` finds: everybody's, a member's, or the programme's own. */
export type Ownership = 'everybody' | 'member' | 'administrators';

/** Every kind of node there is. A new one belongs here, with an object of the member `self` in `prepareClub`. */
export const OWNERSHIP: Readonly<Record<string, Ownership>> = {
  ...{ Badge: 'everybody', BadgeAward: 'everybody', Reward: 'everybody', Season: 'everybody' },
  ...{ Member: 'member', Activity: 'member', LedgerEntry: 'member', TierChange: 'member' },
  ...{ Redemption: 'member', Referral: 'member' },
  AuditEntry: 'administrators',
};

/** The kinds of nodes in the schema. */
export function nodeTypes(schema: GraphQLSchema): string[] {
  const node = schema.getType('Node');
  if (!isInterfaceType(node)) throw new Error('There is no interface Node.');
  return schema.getPossibleTypes(node).map(({ name }) => name);
}

/** Every field that takes `first`, as `Type.field`. */
export function pagedFields(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type)) return [];
    const paged = Object.values(type.getFields()).filter(({ args }) => args.some(({ name }) => name === 'first'));
    return paged.map(({ name }) => `${type.name}.${name}`);
  });
}

/** Every field with an argument by which a member, or what is a member's, can be named, as `Type.field(argument)`. */
export function fieldsNamingMembers(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || type.name.startsWith('__')) return [];
    return Object.values(type.getFields()).flatMap((field) => namingArguments(type.name, field));
  });
}

/** Arguments that choose pages, states and parts of the programme; whatever is new counts as naming somebody. */
const NAMES_NOBODY =
  /^(first|last|after|before|status|code|kind|leaderboard|period|within|direction|depth|throttle|activityType|type|radius|fraction|affordable|source|action)$/;

function namingArguments(type: string, { name, args }: GraphQLField<unknown, unknown>): string[] {
  if (type === 'Mutation') return [];
  return args
    .filter((argument) => namesMember(argument.name, argument.type))
    .map((arg) => `${type}.${name}(${arg.name})`);
}

function namesMember(name: string, type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return !NAMES_NOBODY.test(name);
  return Object.values(named.getFields()).some((field) => namesMember(field.name, field.type));
}

/** How those are answered whose business it is not; anything else, such as a limit, would hide what they see. */
export const REFUSED = /^(nothing|null|UNAUTHENTICATED|FORBIDDEN|NOT_FOUND)$/;

/** A member as nobody else may find it in an answer. */
export interface Secrets {
  /** What is between the member and the shop always. */
  always: string[];
  /** What those find besides who may know who the member is. */
  identity: string[];
}

/** Rows that everybody may see, under ids that everybody may know. */
const PUBLIC_TABLES = ['badge_awards'];

/** Everything by which a member could be recognised: the ids of all its rows in any table, and what names it. */
export async function secretsOf({ core }: Pick<TestApp, 'core'>, memberId: string): Promise<Secrets> {
  const { query } = core.reader;
  const tables = await query<{ name: string }>(
    `select table_name as name from information_schema.columns c
     where table_schema = current_schema() and column_name in ('id', 'member_id') and table_name <> all ($1)
     group by table_name having count(*) = 2 order by 1`,
    [PUBLIC_TABLES],
  );
  const ids = await Promise.all(
    tables.map(({ name }) => query<{ id: string }>(`select id::text from ${name} where member_id = $1`, [memberId])),
  );
  const [member] = await query<{ known: string[]; identity: string[] }>(
    `select to_json(array_remove(array[email, external_id, member_number, referral_code], null)) as known,
       to_json(array[id::text, display_name]) as identity from members where id = $1`,
    [memberId],
  );
  const codes = await query<{ code: string }>(
    `select unnest(array[voucher_code, regexp_replace(voucher_code, '(.{4})(.{4})', '\\1-\\2-')]) as code
     from redemptions where member_id = $1`,
    [memberId],
  );
  if (member === undefined) throw new Error(`There is no member ${memberId}.`);
  const always = [...ids.flat().map(({ id }) => id), ...codes.map(({ code }) => code), ...member.known];
  return { always, identity: member.identity };
}

/** A fingerprint of everything the database holds, by table: whatever is written changes it. */
export async function contentsOf({ core }: Pick<TestApp, 'core'>): Promise<Record<string, string>> {
  const { query } = core.reader;
  const tables = await query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1`,
  );
  const sums = tables.map(async ({ name }) => {
    const [row] = await query<{ sum: string | null }>(
      `select md5(string_agg(t::text, '|' order by t::text)) as sum from ${name} as t`,
    );
    return [name, row?.sum ?? 'empty'] as const;
  });
  return Object.fromEntries(await Promise.all(sums));
}
