import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { schemaShape } from '../../src/schema.ts';
import { type Speaker, startTestApp, type TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { type Club, prepareClub } from './support/club.ts';
import { ask, questionsOf, smallestInput, summary, valuesOf } from './support/role-matrix.ts';

/**
 * Who gets what, over every field that queries reach and every mutation, by asking a running server. The data belong to
 * the member `self`. `POKAL_WRITE_GOLDEN=1 npm run jest -- test/house/roles` writes the file anew; read its difference.
 */
const GOLDEN = 'test/house/roles.golden.json';

/** What anyone may know of a member that is PUBLIC. */
const PUBLIC_MEMBER = ['id', 'displayName', 'alias', 'visibility', 'status', 'joinedAt'];

const schema = schemaShape();
let app: TestApp;
let club: Club;
let speakers: Map<string, Client>;
/** By type, then by who gets what: the fields with that answer. */
const fields: Record<string, Record<string, string>> = {};
/** By who may: the mutations. */
const mutations: Record<string, string> = {};
const seenBy = new Map<string, string[]>();

beforeAll(async () => {
  app = await startTestApp();
  club = await prepareClub(app.client({ role: 'ADMIN' }));
  const named: Record<string, Speaker | undefined> = {
    anonymous: undefined,
    self: { role: 'MEMBER', subject: club.self },
    other: { role: 'MEMBER', subject: club.other },
    staff: { role: 'STAFF' },
    admin: { role: 'ADMIN' },
    service: { role: 'SERVICE' },
  };
  const scopes = ['members:read', 'members:write', 'activities:write', 'activities:reverse', 'points:adjust'];
  for (const scope of scopes) {
    named[scope] = { role: 'SERVICE', scope };
  }
  speakers = new Map(Object.entries(named).map(([name, speaker]) => [name, app.client(speaker)]));
  await askFields();
  await askMutations();
}, 120_000);

afterAll(() => app.stop());

async function askFields(): Promise<void> {
  for (const question of questionsOf(schema, club.known)) {
    const asked = [...speakers].map(async ([name, client]) => [name, await ask(client, question)] as const);
    const answers = await Promise.all(asked);
    for (const field of question.fields.values()) {
      const outcomes = new Map(answers.map(([name, answer]) => [name, answer.get(field) ?? '']));
      // Nobody reaches what the prepared data do not hold, such as the events of what has not happened.
      if ([...outcomes.values()].every((outcome) => outcome === 'nothing')) continue;
      seenBy.set(
        field,
        [...outcomes].flatMap(([name, outcome]) => (outcome === 'seen' ? [name] : [])),
      );
      const [type = '', name = ''] = field.split('.');
      fields[type] = { ...fields[type], ...joined(fields[type], summary(outcomes), name) };
    }
  }
}

/** An entry with one more name in its list. */
function joined(groups: Record<string, string> | undefined, group: string, name: string): Record<string, string> {
  return { [group]: [groups?.[group] ?? [], name].flat().join(' ') };
}

async function askMutations(): Promise<void> {
  let key = 0;
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const [input] = field.args;
    if (input === undefined) throw new Error(`${field.name} takes no input.`);
    const results = field.name === 'recordActivities' ? 'results { userErrors { code } }' : '';
    const document = `mutation ($input: ${input.type}) { ${field.name}(input: $input) { ${results} userErrors { code } } }`;
    const outcomes = new Map<string, string>();
    for (const [name, client] of speakers) {
      key += 1;
      const values = { memberId: club.self, type: 'review', idempotencyKey: `roles-${key}`, id: club.unknown };
      const { data, errors } = await client.query(document, { input: smallestInput(input.type, values) });
      const codes = [errors?.[0]?.extensions.code, ...valuesOf(data, 'code')];
      const refused = codes.find((code) => code === 'FORBIDDEN' || code === 'UNAUTHENTICATED');
      if (codes.includes('INTERNAL')) throw new Error(`${field.name} fails for ${name}.`);
      outcomes.set(name, refused === undefined ? 'allowed' : String(refused));
    }
    Object.assign(mutations, joined(mutations, summary(outcomes), field.name));
  }
}

describe('roles', () => {
  test('get, field by field and mutation by mutation, what the golden file says', () => {
    const matrix = { fields, mutations };
    if (process.env.POKAL_WRITE_GOLDEN === '1') writeFileSync(GOLDEN, `${JSON.stringify(matrix, null, 2)}\n`);
    expect(matrix).toEqual(JSON.parse(readFileSync(GOLDEN, 'utf8')));
  });

  test('let another member see of a member what is public at most', () => {
    const ofMember = [...seenBy].filter(([field]) => field.startsWith('Member.'));
    expect(ofMember.length).toBeGreaterThan(15);
    const seen = ofMember.filter(([, names]) => names.some((name) => ['anonymous', 'other', 'service'].includes(name)));
    expect(
      seen.map(([field]) => field.slice('Member.'.length)).filter((field) => !PUBLIC_MEMBER.includes(field)),
    ).toEqual([]);
  });

  test.each([
    ...['Wallet', 'ExpiringPoints', 'LedgerEntry', 'Activity', 'ActivityItem', 'EvaluationTrace', 'PointsEarned'],
    ...['TierStanding', 'TierChange', 'TierChanged', 'PointsLadder', 'LadderStep'],
    ...['ChallengeProgress', 'ChallengeProgressed', 'StreakState'],
    ...['Redemption', 'NextReward', 'ReferralChainNode'],
  ])(
    'keep every field of a %s from strangers and from keys without scopes, and show it to the member and to staff',
    (type) => {
      const fields = [...seenBy].filter(([field]) => field.startsWith(`${type}.`));
      expect(fields.length).toBeGreaterThan(0);
      for (const [field, names] of fields) {
        expect([field, names.filter((name) => ['anonymous', 'other', 'service'].includes(name))]).toEqual([field, []]);
        const insiders = names.filter((name) => ['self', 'staff', 'admin'].includes(name)).length;
        expect([field, insiders]).toEqual([field, insiders === 0 ? 0 : 3]);
      }
    },
  );

  test('meet no fault anywhere', () => {
    expect(JSON.stringify(fields)).not.toContain('INTERNAL');
  });
});
