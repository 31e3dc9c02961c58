import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { newId } from '../../src/platform/ids.ts';
import { asMember, asStaff } from '../realtime/support/stage.ts';
import { DAY_MS, fromNow } from '../recording/shop.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { ReversalStage } from './reversal-stage.ts';

let stage: ReversalStage;
let other: TestApp;
let memberId: string;

beforeAll(async () => {
  stage = await ReversalStage.open();
  const { shop } = stage;
  const points = { perAmount: { points: 1, per: '1' } };
  await shop.save('EarningRule', { code: 'spend', name: 'A point per krona', trigger: 'purchase', points });
  await shop.save('Badge', { code: 'pin', name: 'Pin', description: 'x', onReversal: 'REVOKE' });
  await shop.save('Tier', { code: 'base', name: 'Base', rank: 1, threshold: '0' });
  await shop.save('Tier', { code: 'silver', name: 'Silver', rank: 2, threshold: '100', badge: 'pin' });
  await shop.save('Tier', { code: 'gold', name: 'Gold', rank: 3, threshold: '500', window: 'P30D', grace: 'P30D' });
  other = await startTestApp({ databaseUrl: shop.app.databaseUrl });
});

afterAll(async () => {
  await other.stop();
  await stage.shop.expectCleanLedger();
  await stage.shop.close();
});

beforeEach(async () => {
  memberId = await stage.shop.enrol();
});

interface Tier {
  tier: { code: string } | null;
  keepUntil: string | null;
}

async function tier(): Promise<Tier> {
  const document = 'query ($id: ID!) { member(id: $id) { tier { tier { code } keepUntil } } }';
  return (await stage.shop.staff.data<{ member: { tier: Tier } }>(document, { id: memberId })).member.tier;
}

async function badges(): Promise<string[]> {
  const rows = await stage.shop.sql<{ code: string }>(
    'select badge_code as code from badge_awards where member_id = $1 and revoked_at is null',
    [memberId],
  );
  return rows.map(({ code }) => code);
}

describe('a tier', () => {
  test('falls at once with what had lifted the member, with its badge, and rises again', async () => {
    await stage.buy(memberId, '60');
    const lifting = await stage.buy(memberId, '60');
    expect([(await tier()).tier?.code, await badges()]).toEqual(['silver', ['pin']]);
    const preview = await stage.preview(lifting);
    expect((await tier()).tier?.code).toBe('silver');
    const { effects } = await stage.reverse(lifting);
    expect(effects.slice(1)).toMatchObject([
      { __typename: 'BadgeRevoked', award: { badge: { code: 'pin' } } },
      { __typename: 'TierChanged', from: { code: 'silver' }, to: { code: 'base' } },
    ]);
    expect(preview.effects.map(({ __typename }) => __typename)).toEqual(effects.map(({ __typename }) => __typename));
    expect([(await tier()).tier?.code, await badges()]).toEqual(['base', []]);
    await stage.buy(memberId, '40');
    expect([(await tier()).tier?.code, await badges()]).toEqual(['silver', ['pin']]);
  });

  test('falls with a part, as soon as what is left is not enough', async () => {
    const bought = await stage.buy(memberId, '200');
    await stage.reverse(bought, { fraction: '0.5' });
    expect((await tier()).tier?.code).toBe('silver');
    await stage.reverse(bought, { fraction: '0.000001' });
    expect((await tier()).tier?.code).toBe('silver');
    await stage.reverse(bought, { fraction: '0.005' });
    expect((await tier()).tier?.code).toBe('base');
  });

  test('in grace stays: the member fell short before, and has the time that was promised', async () => {
    const old = await stage.buy(memberId, '500', { occurredAt: fromNow(stage.shop, -29 * DAY_MS) });
    expect((await tier()).tier?.code).toBe('gold');
    stage.shop.app.clock.advance(3 * DAY_MS);
    await stage.shop.app.core.pointsCycle.run();
    const { keepUntil } = await tier();
    expect(keepUntil).not.toBeNull();
    await stage.reverse(old);
    expect(await tier()).toMatchObject({ tier: { code: 'gold' }, keepUntil });
  });
});

interface Board {
  leaderboardUpdated: { entries: { rank: number; score: number }[]; moves: { fromScore: number; toScore: number }[] };
}

interface Told {
  memberEvents: { __typename: string; id: string; points?: number };
}

const BOARD = `subscription ($code: String!) { leaderboardUpdated(code: $code, first: 3, throttle: "PT0.05S") {
  entries { rank score } moves { fromScore toScore } } }`;
const EVENTS = 'subscription { memberEvents { __typename id ... on PointsEvent { points } } }';

describe('on another node', () => {
  test('the board falls live, down to leaving it, and the member is told what the mutation answers', async () => {
    const code = `board-${newId()}`;
    const board = { code, name: 'x', metric: 'ACTIVITY_VALUE', period: 'ALL_TIME', activityTypes: ['purchase'] };
    const mine = { ...board, audience: `member.id == "${memberId}"` };
    await stage.shop.save('Leaderboard', mine);
    const bought = await stage.buy(memberId, '80');
    await stage.shop.app.settled();
    await other.settled();
    const scores = await Follower.start<Board>(other.url, BOARD, {
      ...{ params: await asStaff(other), variables: { code } },
    });
    const events = await Follower.start<Told>(other.url, EVENTS, { params: await asMember(other, memberId) });
    expect((await scores.at(0)).leaderboardUpdated.entries).toEqual([{ rank: 1, score: 8_000 }]);
    const part = await stage.reverse(bought, { fraction: '0.25' });
    await scores.until('the lower score', () => scores.data.at(-1)?.leaderboardUpdated.entries[0]?.score === 6_000);
    const rest = await stage.reverse(bought, { fraction: '0.75' });
    await scores.until('an empty board', () => scores.data.at(-1)?.leaderboardUpdated.entries.length === 0);
    const answered = [...part.effects, ...rest.effects];
    await events.until('both', () => events.data.length >= answered.length || events.failure !== null);
    expect(events.data.map(({ memberEvents }) => [memberEvents.__typename, memberEvents.points])).toEqual([
      ['PointsReversed', 20],
      ['PointsReversed', 60],
    ]);
    for (const follower of [scores, events]) follower.close();
  });
});

describe('a season', () => {
  test('that is closed stays as it was, and the running one is corrected', async () => {
    const code = `daily-${newId()}`;
    const audience = `member.id == "${memberId}"`;
    const board = { code, name: 'x', metric: 'POINTS_EARNED', period: 'DAY', audience };
    await stage.shop.save('Leaderboard', board);
    const old = await stage.buy(memberId, '30');
    stage.shop.app.clock.advance(DAY_MS);
    await stage.shop.app.core.seasons.closeDue();
    const fresh = await stage.buy(memberId, '50');
    await stage.buy(memberId, '7');
    const scores = () =>
      stage.shop.sql<{ score: number }>(
        `select score::int from scores join seasons on seasons.id = season_id
         where leaderboard_code = $1 order by starts_at`,
        [code],
      );
    expect(await scores()).toEqual([{ score: 30 }, { score: 57 }]);
    expect((await stage.preview(old)).standings).toEqual([]);
    await stage.reverse(old);
    expect((await stage.preview(fresh)).standings).toMatchObject([{ code, fromScore: 57, toScore: 7 }]);
    await stage.reverse(fresh);
    expect(await scores()).toEqual([{ score: 30 }, { score: 7 }]);
  });

  test('judges what is left as it was judged when it was recorded, whoever the member is today', async () => {
    const code = `anglers-${newId()}`;
    const audience = '"fishing" in member.interests';
    await stage.shop.save('Leaderboard', { code, name: 'x', metric: 'ACTIVITY_VALUE', period: 'ALL_TIME', audience });
    const update = 'mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { userErrors { code } } }';
    const interests = (list: string[]) =>
      stage.shop.staff.data(update, { input: { memberId, interests: list } }).then(() => {});
    await interests(['fishing']);
    const first = await stage.buy(memberId, '10');
    await stage.buy(memberId, '20');
    await interests([]);
    const uncounted = await stage.buy(memberId, '40');
    const score = async () => {
      const [row] = await stage.shop.sql<{ score: number }>(
        `select score::int from scores join seasons on seasons.id = season_id
         where leaderboard_code = $1 and member_id = $2`,
        [code, memberId],
      );
      return row?.score ?? 0;
    };
    expect(await score()).toBe(3_000);
    await stage.reverse(uncounted);
    expect(await score()).toBe(3_000);
    await interests(['fishing']);
    await stage.reverse(first);
    expect(await score()).toBe(2_000);
  });
});
