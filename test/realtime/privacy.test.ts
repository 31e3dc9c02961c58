import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { Shop } from '../recording/shop.ts';
import { asMember, asStaff } from './support/stage.ts';

interface Named {
  displayName: string;
  member?: { id: string } | null;
}
interface Update {
  leaderboardUpdated: { entries: Named[]; mine?: Named | null; moves?: Named[]; around?: Named[] };
}
interface Award {
  pointAwards: Named & { points: number; reason: string };
}

const AWARDS = 'subscription { pointAwards { cursor displayName points reason member { id displayName } } }';
const AWARD_NAMES = 'subscription { pointAwards { displayName points reason } }';
const BOARD = `subscription { leaderboardUpdated(code: "private", throttle: "PT0.05S") {
  entries { rank displayName member { id displayName alias } } moves { displayName member { id } }
  around { displayName member { id } } mine { displayName member { id } }
} }`;
const BOARD_NAMES =
  'subscription { leaderboardUpdated(code: "private", throttle: "PT0.05S") { entries { rank displayName } } }';

let shop: Shop;
const members: Record<string, string> = {};

beforeAll(async () => {
  shop = await Shop.open();
  await shop.offer('private');
  await shop.save('Leaderboard', {
    ...{ code: 'private', name: 'Private', metric: 'ACTIVITY_COUNT', period: 'ALL_TIME', activityTypes: ['private'] },
  });
  for (const visibility of ['PUBLIC', 'ALIAS', 'HIDDEN']) {
    members[visibility] = await shop.enrol({
      displayName: `Real ${visibility}`,
      alias: `Alias ${visibility}`,
      visibility,
    });
  }
  members.other = await shop.enrol({ displayName: 'Somebody Else' });
});
afterAll(() => shop.close());

const id = (name: string) => members[name] ?? '';

/** Everyone of the three once more, in order. */
async function recordAll(): Promise<void> {
  for (const name of ['PUBLIC', 'ALIAS', 'HIDDEN']) await shop.record({ type: 'private', memberId: id(name) });
}

/** The introductions of everybody who may look. */
async function viewers(): Promise<Record<string, Record<string, string>>> {
  return {
    anonymous: {},
    other: await asMember(shop.app, id('other')),
    PUBLIC: await asMember(shop.app, id('PUBLIC')),
    ALIAS: await asMember(shop.app, id('ALIAS')),
    HIDDEN: await asMember(shop.app, id('HIDDEN')),
    staff: await asStaff(shop.app),
  };
}

async function followAll<Data>(query: string): Promise<Record<string, Follower<Data>>> {
  const followers: Record<string, Follower<Data>> = {};
  for (const [name, params] of Object.entries(await viewers())) {
    followers[name] = await Follower.start<Data>(shop.app.url, query, { params });
  }
  return followers;
}

/** What nobody but the member and staff may find in a frame. */
function secretsFor(viewer: string): string[] {
  if (viewer === 'staff') return [];
  return ['ALIAS', 'HIDDEN']
    .filter((name) => name !== viewer)
    .flatMap((name) => [`Real ${name}`, id(name)])
    .concat(viewer === 'HIDDEN' ? [] : ['Alias HIDDEN']);
}

describe('pushed payloads', () => {
  test('of awards name members as they want to be named, to each viewer', async () => {
    const followers = await followAll<Award>(AWARDS);
    const names = await followAll<Award>(AWARD_NAMES);
    await shop.app.settled();
    await recordAll();
    for (const [viewer, follower] of Object.entries(followers)) {
      await follower.at(2);
      const seen = follower.data.map(({ pointAwards }) => pointAwards);
      expect(seen.map(({ displayName }) => displayName)).toEqual(['Real PUBLIC', 'Alias ALIAS', 'Hidden member']);
      const known = seen.map(({ member }) => member?.id ?? null);
      const isKnown = (name: string) => viewer === 'staff' || viewer === name || name === 'PUBLIC';
      expect(known).toEqual(['PUBLIC', 'ALIAS', 'HIDDEN'].map((name) => (isKnown(name) ? id(name) : null)));
      for (const secret of secretsFor(viewer)) expect(follower.frames.join()).not.toContain(secret);
      follower.close();
    }
    for (const [viewer, follower] of Object.entries(names)) {
      await follower.at(2);
      expect(follower.data.map(({ pointAwards }) => pointAwards.displayName)).toEqual([
        'Real PUBLIC',
        'Alias ALIAS',
        'Hidden member',
      ]);
      for (const secret of secretsFor(viewer)) expect(follower.frames.join()).not.toContain(secret);
      follower.close();
    }
  });

  test('of boards name members as they want to be named, to each viewer, and oneself in `mine`', async () => {
    await recordAll();
    const followers = await followAll<Update>(BOARD);
    const names = await followAll<Update>(BOARD_NAMES);
    for (const follower of [...Object.values(followers), ...Object.values(names)]) await follower.at(0);
    await shop.record({ type: 'private', memberId: id('HIDDEN') });
    for (const [viewer, follower] of Object.entries(followers)) {
      const { leaderboardUpdated: update } = await follower.at(1);
      for (const secret of secretsFor(viewer)) expect(follower.frames.join()).not.toContain(secret);
      const own = ['PUBLIC', 'ALIAS', 'HIDDEN'].includes(viewer);
      expect(update.mine ?? null).toEqual(own ? { displayName: `Real ${viewer}`, member: { id: id(viewer) } } : null);
      const shown = update.entries.map(({ displayName }) => displayName).toSorted();
      expect(shown).toEqual(
        viewer === 'staff'
          ? ['Real ALIAS', 'Real HIDDEN', 'Real PUBLIC']
          : ['Alias ALIAS', 'Hidden member', 'Real PUBLIC'],
      );
      follower.close();
    }
    for (const [viewer, follower] of Object.entries(names)) {
      await follower.at(1);
      for (const secret of secretsFor(viewer)) expect(follower.frames.join()).not.toContain(secret);
      follower.close();
    }
  });

  test('stop naming a member who hides, without anything else happening', async () => {
    const member = await shop.enrol({ displayName: 'Shy Person' });
    await shop.record({ type: 'private', memberId: member });
    const follower = await Follower.start<Update>(shop.app.url, BOARD_NAMES);
    expect(JSON.stringify(await follower.at(0))).toContain('Shy Person');
    const hide = 'mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { userErrors { code } } }';
    await shop.staff.data(hide, { input: { memberId: member, visibility: 'HIDDEN' } });
    expect(JSON.stringify(await follower.at(1))).not.toContain('Shy Person');
    follower.close();
  });
});

describe('shared executions', () => {
  const requestOf = (follower: Follower<Update>) => follower.results[0]?.extensions.requestId;

  test('serve those of one role who ask the same for nothing of their own', async () => {
    const followers = await followAll<Update>(BOARD_NAMES);
    for (const follower of Object.values(followers)) await follower.at(0);
    const { anonymous, other, PUBLIC, HIDDEN, staff } = followers;
    if (!anonymous || !other || !PUBLIC || !HIDDEN || !staff) throw new Error('Somebody is missing.');
    await shop.record({ type: 'private', memberId: id('PUBLIC') });
    for (const follower of Object.values(followers)) await follower.at(1);
    const second = (follower: Follower<Update>) => follower.results[1]?.extensions.requestId;
    expect(second(PUBLIC)).toBe(second(other));
    expect(second(HIDDEN)).toBe(second(other));
    expect(new Set([second(anonymous), second(other), second(staff)]).size).toBe(3);
    for (const follower of Object.values(followers)) follower.close();
  });

  test('never serve two members who ask the same for something of their own', async () => {
    const followers = await followAll<Update>(BOARD);
    for (const follower of Object.values(followers)) await follower.at(0);
    const requests = Object.values(followers).map(requestOf);
    expect(new Set(requests).size).toBe(requests.length);
    for (const follower of Object.values(followers)) follower.close();
  });

  test('serve several screens of one member', async () => {
    const params = await asMember(shop.app, id('PUBLIC'));
    const screens = await Promise.all([1, 2].map(() => Follower.start<Update>(shop.app.url, BOARD, { params })));
    for (const screen of screens) await screen.at(0);
    await shop.record({ type: 'private', memberId: id('ALIAS') });
    const seen = await Promise.all(screens.map((screen) => screen.at(1)));
    expect(seen[0]).toEqual(seen[1]);
    expect(screens[0]?.results[1]?.extensions.requestId).toBe(screens[1]?.results[1]?.extensions.requestId);
    for (const screen of screens) screen.close();
  });
});
