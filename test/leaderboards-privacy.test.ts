import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Shop } from './recording/shop.ts';
import { type Boards, type EntryData, openBoards } from './support/boards.ts';
import type { Client } from './support/client.ts';

let shop: Shop;
let boards: Boards;
let ids: Record<string, string>;
/** Clients by who asks; `pelle` is a member who is on no board. */
let ask: Record<string, Client>;

const VISIBLE = ['open', 'alias', 'nameless', 'hidden', 'suspended'];

beforeAll(async () => {
  ({ shop, boards } = await openBoards());
  await boards.offer({ activityTypes: ['review'], prizes: [{ fromRank: 1, toRank: 1, points: 5 }] });
  const profiles: Record<string, object> = {
    open: { displayName: 'Olga Open', visibility: 'PUBLIC' },
    alias: { displayName: 'Anna Alias', visibility: 'ALIAS', alias: 'Trail Fox' },
    nameless: { displayName: 'Nils Nameless', visibility: 'ALIAS' },
    hidden: { displayName: 'Hanna Hidden', visibility: 'HIDDEN', alias: 'Never Shown' },
    suspended: { displayName: 'Sven Suspended', visibility: 'PUBLIC' },
    pelle: { displayName: 'Pelle' },
  };
  ids = {};
  for (const [name, profile] of Object.entries(profiles)) ids[name] = await shop.enrol({ ...profile });
  for (const [index, name] of VISIBLE.entries()) {
    await shop.recordMany(Array.from({ length: 9 - index }, () => ({ type: 'review', memberId: ids[name] })));
  }
  await shop.staff.data(
    'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }',
    { input: { memberId: ids.suspended, status: 'SUSPENDED', reason: 'A test' } },
  );
  ask = { anonymous: shop.app.client(), staff: shop.staff };
  for (const [name, subject] of Object.entries(ids)) ask[name] = shop.app.client({ role: 'MEMBER', subject });
});

afterAll(() => shop.close());

/** What each entry shows: the name, and whether the member itself. */
function shown(entries: readonly EntryData[]): Record<string, boolean> {
  return Object.fromEntries(entries.map(({ displayName, member }) => [displayName, member !== null]));
}

const STRANGER = {
  'Olga Open': true,
  'Trail Fox': false,
  Member: false,
  'Hidden member': false,
};
const STAFF = {
  'Olga Open': true,
  'Anna Alias': true,
  'Nils Nameless': true,
  'Hanna Hidden': true,
  'Sven Suspended': true,
};

async function entriesSeenBy(client: Client | undefined): Promise<EntryData[]> {
  return (await boards.read('reviewers', {}, client)).entries.edges.map(({ node }) => node);
}

describe('a board', () => {
  test('shows strangers names as members want them shown, and ranks and scores of all', async () => {
    for (const who of ['anonymous', 'pelle']) {
      const entries = await entriesSeenBy(ask[who]);
      expect(entries.map(({ rank, score }) => [rank, score])).toEqual(
        VISIBLE.map((_, index) => [index + 1, 9 - index]),
      );
      expect(shown(entries)).toEqual(STRANGER);
    }
  });

  test('shows members themselves, and staff everybody', async () => {
    expect(shown(await entriesSeenBy(ask.hidden))).toEqual({ ...STRANGER, 'Hanna Hidden': true });
    expect(shown((await entriesSeenBy(ask.alias)).slice(0, 2))).toEqual({ 'Olga Open': true, 'Anna Alias': true });
    expect(shown(await entriesSeenBy(ask.staff))).toEqual(STAFF);
  });

  test('does not tell where somebody stands who is not public, whatever id is asked for', async () => {
    for (const name of ['alias', 'nameless', 'hidden', 'suspended', 'pelle']) {
      expect(await boards.entry(ids[name] ?? '', ask.anonymous)).toBeNull();
      expect(await boards.around(ids[name] ?? '', 3, ask.anonymous)).toEqual([]);
    }
    expect(await boards.entry(ids.open ?? '', ask.anonymous)).toMatchObject({ rank: 1, displayName: 'Olga Open' });
    expect(await boards.entry('no-id-at-all', ask.anonymous)).toBeNull();
    expect(await boards.entry(ids.hidden ?? '', ask.hidden)).toMatchObject({ rank: 4, displayName: 'Hanna Hidden' });
    expect(await boards.entry(ids.hidden ?? '', ask.staff)).toMatchObject({ rank: 4, displayName: 'Hanna Hidden' });
    const near = await boards.around(ids.open ?? '', 3, ask.anonymous);
    expect(shown(near)).toEqual({ 'Olga Open': true, 'Trail Fox': false, Member: false, 'Hidden member': false });
  });

  test('tells nobody by its cursors who hides', async () => {
    const { entries } = await boards.read('reviewers', {}, ask.anonymous);
    const texts = entries.edges.map(({ cursor }) => Buffer.from(cursor, 'base64url').toString());
    expect(texts).toHaveLength(VISIBLE.length);
    for (const id of Object.values(ids)) expect(texts.join(' ')).not.toContain(id);
    const after = entries.edges[2]?.cursor;
    const rest = await boards.read('reviewers', { after }, ask.anonymous);
    expect(rest.entries.edges.map(({ node }) => node.rank)).toEqual([4, 5]);
  });

  test('lets nobody read more of a public member than is public', async () => {
    const document = '{ leaderboard(code: "reviewers") { entries(first: 1) { edges { node { member { email } } } } } }';
    const answer = await ask.pelle?.query(document);
    expect(answer?.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('keeps its rules for itself, and is there for members only when it is not public', async () => {
    await boards.offer({ code: 'club', public: false, condition: 'activity.channel == "club"' });
    await boards.offer({ code: 'draft', status: 'DRAFT' });
    const document = '{ leaderboards { code condition } }';
    type Listed = { leaderboards: { code: string; condition: string | null }[] };
    const codes = async (client: Client | undefined) => (await client?.data<Listed>(document))?.leaderboards;
    const reviewers = { code: 'reviewers', condition: null };
    expect(await codes(ask.anonymous)).toEqual([reviewers]);
    expect(await codes(ask.pelle)).toEqual([{ code: 'club', condition: null }, reviewers]);
    const club = { code: 'club', condition: 'activity.channel == "club"' };
    expect(await codes(ask.staff)).toEqual([club, { code: 'draft', condition: null }, reviewers]);
    expect(await boards.read('club', {}, ask.anonymous)).toBeNull();
    const { season } = await boards.read('club');
    const node = '{ node(id: "SEASON") { id } }'.replace('SEASON', season.id);
    expect(await ask.anonymous?.data(node)).toEqual({ node: null });
    expect(await ask.pelle?.data(node)).toEqual({ node: { id: season.id } });
  });
});

describe('a closed season', () => {
  test('hides in its history whoever hides now, and pays nobody who is suspended', async () => {
    const { season } = await boards.close();
    const standings = await boards.standings(season?.id ?? '', ask.anonymous);
    expect(shown(standings)).toEqual(STRANGER);
    expect(shown(await boards.standings(season?.id ?? '', ask.staff))).toEqual(STAFF);
    const hide = 'mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { userErrors { code } } }';
    await ask.open?.data(hide, { input: { visibility: 'HIDDEN' } });
    const hidden = await boards.standings(season?.id ?? '', ask.anonymous);
    expect(hidden.map(({ rank, score }) => [rank, score])).toEqual(standings.map(({ rank, score }) => [rank, score]));
    expect(shown(hidden)).toEqual({ 'Trail Fox': false, Member: false, 'Hidden member': false });
  });
});
