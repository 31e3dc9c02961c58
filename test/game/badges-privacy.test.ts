import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from '../support/client.ts';
import { codeOf } from '../support/members.ts';
import { fewestStatements } from '../support/statements.ts';
import { type AwardData, BadgesStage } from './badges-stage.ts';
import { count } from './game.ts';

let stage: BadgesStage;
let ids: Record<string, string>;
/** Clients by who asks; `pelle` is a member without badges. */
let ask: Record<string, Client>;
/** The awards of `walker` by whose they are. */
let awards: Record<string, AwardData>;

const PROFILES: Record<string, object> = {
  open: { displayName: 'Olga Open', visibility: 'PUBLIC' },
  alias: { displayName: 'Anna Alias', visibility: 'ALIAS', alias: 'Trail Fox' },
  nameless: { displayName: 'Nils Nameless', visibility: 'ALIAS' },
  hidden: { displayName: 'Hanna Hidden', visibility: 'HIDDEN', alias: 'Never Shown' },
  suspended: { displayName: 'Sven Suspended', visibility: 'PUBLIC' },
  pelle: { displayName: 'Pelle' },
};
const HOLDERS = ['open', 'alias', 'nameless', 'hidden', 'suspended'];

beforeAll(async () => {
  stage = await BadgesStage.open();
  await stage.shop.offer('walk', null);
  await stage.shop.offer('secret', null, { public: false });
  await stage.save({ goal: count('walk', 1), repeatable: true });
  ids = {};
  for (const [name, profile] of Object.entries(PROFILES)) ids[name] = await stage.shop.enrol({ ...profile });
  for (const name of HOLDERS) await stage.shop.record({ type: 'walk', memberId: ids[name] });
  await stage.shop.staff.data(
    'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }',
    { input: { memberId: ids.suspended, status: 'SUSPENDED', reason: 'A test' } },
  );
  ask = { anonymous: stage.shop.app.client(), staff: stage.shop.staff };
  for (const [name, id] of Object.entries(ids)) ask[name] = stage.member(id);
  awards = {};
  for (const name of HOLDERS) awards[name] = (await stage.awardsOf(ids[name] ?? ''))[0] as AwardData;
});

afterAll(() => stage.shop.close());

function client(name: string): Client {
  return ask[name] ?? stage.shop.app.client();
}

async function namesSeenBy(name: string): Promise<string[]> {
  return (await stage.awards(client(name))).map(({ member }) => member.displayName).toReversed();
}

describe('who has a badge', () => {
  const STRANGER = ['Olga Open', 'Trail Fox', 'Member', 'Hidden member', 'Hidden member'];

  test.each(['anonymous', 'pelle'])('is shown to %s as each member wants to be known', async (name) => {
    expect(await namesSeenBy(name)).toEqual(STRANGER);
  });

  test('shows members themselves, and staff everybody', async () => {
    expect(await namesSeenBy('hidden')).toEqual(STRANGER.with(3, 'Hanna Hidden'));
    const everybody = HOLDERS.map((name) => (PROFILES[name] as { displayName: string }).displayName);
    expect(await namesSeenBy('staff')).toEqual(everybody);
  });

  test('never leads to the id of a member who does not want to be known, nor to one id twice', async () => {
    const first = (await stage.awards(client('pelle'))).map(({ member }) => member.id);
    expect(first.toReversed()[0]).toBe(ids.open);
    expect(first.filter((id) => id !== ids.open && Object.values(ids).includes(id))).toEqual([]);
    expect((await stage.awards(client('pelle'))).map(({ member }) => member.id)).toEqual(first);
    await stage.award(ids.hidden ?? '');
    const hidden = (await stage.awards(client('pelle'))).filter(({ member }) => member.displayName === 'Hidden member');
    expect(new Set(hidden.map(({ member }) => member.id)).size).toBe(3);
  });

  test('tells a stranger nothing by which to recognise a member', async () => {
    const member = '... on BadgeAward { member { joinedAt } }';
    const document = `query ($id: ID!) { node(id: $id) { ${member} } }`;
    expect(await codeOf(client('pelle').query(document, { id: awards.hidden?.id }))).toBe('FORBIDDEN');
    expect(await codeOf(client('pelle').query(document, { id: awards.open?.id }))).toBeUndefined();
    const badges = '... on BadgeAward { member { badges { edges { node { id } } } } }';
    const others = `query ($id: ID!) { node(id: $id) { ${badges} } }`;
    expect(await codeOf(client('pelle').query(others, { id: awards.hidden?.id }))).toBe('FORBIDDEN');
    expect(await codeOf(client('anonymous').query(others, { id: awards.alias?.id }))).toBe('UNAUTHENTICATED');
    expect(await codeOf(client('anonymous').query(others, { id: awards.open?.id }))).toBeUndefined();
  });
});

describe('an award', () => {
  test('shows why and by which activity to its member and staff only', async () => {
    for (const name of ['open', 'staff']) {
      const { data } = await stage.node(awards.open?.id ?? '', client(name));
      expect(data?.node).toMatchObject({ reason: 'Reached 1', activity: { id: expect.any(String) } });
    }
    for (const name of ['anonymous', 'pelle']) {
      const { data } = await stage.node(awards.open?.id ?? '', client(name));
      expect(data?.node).toMatchObject({ reason: null, activity: null, badge: { code: 'walker' } });
    }
  });

  test('that is revoked is gone for all but its member and staff', async () => {
    const { award } = await stage.award(ids.pelle ?? '');
    const id = award?.id ?? '';
    await stage.revoke(id, 'A private matter');
    for (const name of ['pelle', 'staff']) {
      expect((await stage.node(id, client(name))).data?.node).toMatchObject({ revokedReason: 'A private matter' });
    }
    for (const name of ['open', 'anonymous']) expect((await stage.node(id, client(name))).data?.node).toBeNull();
    const seen = async (name: string) => (await stage.awards(client(name))).some((one) => one.id === id);
    expect([await seen('staff'), await seen('pelle'), await seen('anonymous')]).toEqual([true, false, false]);
    expect(await stage.awardsOf(ids.pelle ?? '', stage.shop.staff)).toHaveLength(1);
    const own = await client('pelle').data<{ me: { badges: { totalCount: number } } }>(
      '{ me { badges { totalCount } } }',
    );
    expect(own.me.badges.totalCount).toBe(1);
  });

  test("'s member is not asked for by others: progress is for the member, staff and keys that may read members", async () => {
    const document = 'query ($id: ID!) { member(id: $id) { badgeProgress { progress } } }';
    const reader = stage.shop.app.client({ role: 'SERVICE', scope: 'members:read' });
    for (const one of [reader, stage.shop.staff, client('hidden')]) {
      expect(await codeOf(one.query(document, { id: ids.hidden }))).toBeUndefined();
    }
    const others = 'query ($id: ID!) { node(id: $id) { ... on BadgeAward { member { badgeProgress { progress } } } } }';
    expect(await codeOf(client('pelle').query(others, { id: awards.open?.id }))).toBe('FORBIDDEN');
  });
});

describe('a badge', () => {
  test('that is not active is for staff, but whoever has it goes on showing it', async () => {
    await stage.save({ code: 'old', name: 'Old' });
    const { award } = await stage.award(ids.open ?? '', 'old');
    await stage.save({ code: 'old', name: 'Old', status: 'ARCHIVED' });
    expect(await stage.read('old', client('pelle'))).toBeNull();
    expect(await stage.read('old', stage.shop.staff)).toMatchObject({ status: 'ARCHIVED' });
    const listed = '{ badges { code } }';
    expect(await client('anonymous').data(listed)).toEqual({ badges: [{ code: 'walker' }] });
    expect(await stage.shop.staff.data(listed)).toEqual({ badges: [{ code: 'old' }, { code: 'walker' }] });
    const byStatus = '{ badges(status: [ARCHIVED]) { code } }';
    expect(await stage.shop.staff.data(byStatus)).toEqual({ badges: [{ code: 'old' }] });
    expect(await client('pelle').data(byStatus)).toEqual({ badges: [] });
    const { data } = await stage.node(award?.id ?? '', client('anonymous'));
    expect(data?.node).toMatchObject({ badge: { code: 'old', name: 'Old' } });
  });

  test('is found by its id for those who may see it', async () => {
    const [active, old] = [await stage.read('walker'), await stage.read('old')];
    const document = 'query ($id: ID!) { node(id: $id) { __typename ... on Badge { code } } }';
    const found = { node: { __typename: 'Badge', code: 'walker' } };
    expect(await client('anonymous').data(document, { id: active?.id })).toEqual(found);
    expect(await client('anonymous').data(document, { id: old?.id })).toEqual({ node: null });
    expect(await stage.shop.staff.data(document, { id: old?.id })).toEqual({ node: { ...found.node, code: 'old' } });
  });

  test('tells everybody what earns it, expressions and private activities left out', async () => {
    const goal = { ...count('walk', 5), condition: 'activity.channel == "app"' };
    await stage.save({ code: 'app', name: 'App', goal });
    await stage.save({ code: 'quiet', name: 'Quiet', goal: count('secret', 1) });
    const shown = { activityTypes: ['walk'], measure: 'COUNT', target: '5' };
    expect((await stage.read('app', client('pelle')))?.goal).toEqual({ ...shown, condition: null });
    expect((await stage.read('app', stage.shop.staff))?.goal).toEqual({ ...shown, condition: goal.condition });
    expect((await stage.read('quiet', client('pelle')))?.goal).toBeNull();
    expect((await stage.read('quiet', stage.shop.staff))?.goal).toMatchObject({ activityTypes: ['secret'] });
  });

  test('is as rare as few of the active members hold it', async () => {
    await stage.save({ code: 'rare', name: 'Rare', repeatable: true });
    expect(await stage.read('rare')).toMatchObject({ awardedCount: 0, rarity: 0 });
    await stage.award(ids.open ?? '', 'rare');
    await stage.award(ids.open ?? '', 'rare');
    const { award } = await stage.award(ids.alias ?? '', 'rare');
    // Five of the six members are active.
    expect(await stage.read('rare', client('anonymous'))).toMatchObject({ awardedCount: 3, rarity: 2 / 5 });
    await stage.revoke(award?.id ?? '');
    expect(await stage.read('rare')).toMatchObject({ awardedCount: 2, rarity: 1 / 5 });
    // Sven holds a walker, and does not count while he is suspended.
    expect((await stage.read('walker'))?.rarity).toBe(4 / 5);
  });

  test('costs the same statements, however many badges, awards and members are asked for', async () => {
    const award = 'id reason member { displayName } badge { name rarity } activity { id }';
    const badge = `awardedCount rarity remaining imageUrl goal { target } filling { done }`;
    const read = (first: number, ...codes: string[]) => {
      const fields = `${badge} awards(first: ${first}) { edges { node { ${award} } } }`;
      const asked = codes.map((code, index) => `b${index}: badge(code: "${code}") { ${fields} }`);
      return fewestStatements(stage.shop.app, () => stage.shop.staff.data(`{ ${asked.join(' ')} }`));
    };
    await stage.save({ code: 'one', name: 'One', limit: 9 });
    await stage.save({ code: 'two', name: 'Two', limit: 9 });
    const few = await read(20, 'walker', 'one');
    const many = await read(20, 'walker', 'one', 'two', 'app', 'rare');
    // A page of awards is read for each badge; everything else is read together.
    expect(many - few).toBe(3);
    const members = 'members(first: 5) { edges { node { badgeProgress { progress badge { code } } } } }';
    const one = await fewestStatements(stage.shop.app, () => stage.shop.staff.data(`{ ${members.replace('5', '1')} }`));
    expect(await fewestStatements(stage.shop.app, () => stage.shop.staff.data(`{ ${members} }`))).toBe(one);
  });
});
