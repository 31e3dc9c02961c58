import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../src/platform/ids.ts';
import type { Shop } from './recording/shop.ts';
import { startTestApp } from './support/app.ts';
import { type Boards, openBoards } from './support/boards.ts';
import { eventually } from './support/platform.ts';

let shop: Shop;
let boards: Boards;
let kim: string;
let alex: string;

beforeEach(async () => {
  ({ shop, boards } = await openBoards());
  // The programme's time zone is Europe/Stockholm: one hour ahead of UTC in winter, two in summer.
  boards.travelTo('2027-03-10T12:00:00Z');
  kim = await shop.enrol({ displayName: 'Kim' });
  alex = await shop.enrol({ displayName: 'Alex' });
});

afterEach(() => shop.close());

/** Records a review that took place at an instant. */
function reviewAt(memberId: string, occurredAt: string) {
  return shop.record({ type: 'review', memberId, occurredAt });
}

/** The ids of all seasons that were closed, in the order of their closing. The job may have been faster than the test. */
async function closings(): Promise<string[]> {
  const rows = await shop.sql<{ id: string }>(
    `select payload ->> 'seasonId' as id from outbox where type = 'SeasonClosed' order by xid, seq`,
  );
  return rows.map(({ id }) => id);
}

const PRIZES = [
  { fromRank: 1, toRank: 1, points: 100 },
  { fromRank: 2, toRank: 3, points: 30 },
];

describe('seasons', () => {
  test.each([
    ['DAY', '2027-03-09T23:00:00.000Z', '2027-03-10T23:00:00.000Z'],
    ['WEEK', '2027-03-07T23:00:00.000Z', '2027-03-14T23:00:00.000Z'],
    // Summer time begins on 28 March.
    ['MONTH', '2027-02-28T23:00:00.000Z', '2027-03-31T22:00:00.000Z'],
    ['ALL_TIME', '1900-01-01T00:00:00.000Z', null],
  ])('of a %s are cut in the time zone of the programme', async (period, startsAt, endsAt) => {
    await boards.offer({ period });
    expect((await boards.read()).season).toMatchObject({ startsAt, endsAt, closedAt: null });
  });

  test('take what took place in them, to the millisecond, however late within the season it is told', async () => {
    await boards.offer({ period: 'DAY' });
    boards.travelTo('2027-03-10T22:58:00Z');
    await reviewAt(kim, '2027-03-09T23:00:00.000Z');
    await reviewAt(kim, '2027-03-09T22:59:59.999Z');
    await reviewAt(alex, '2027-03-10T22:59:59.999Z');
    await reviewAt(alex, '2027-03-10T23:00:00.000Z');
    expect(await boards.places()).toEqual([
      [1, 'Kim', 1],
      [1, 'Alex', 1],
    ]);
    boards.travelTo('2027-03-10T23:00:30Z');
    expect(await boards.places()).toEqual([[1, 'Alex', 1]]);
    expect(await boards.seasons()).toHaveLength(2);
    await shop.expectCleanLedger();
  });

  test('of own dates count between them, and move with them while open', async () => {
    const dates = { period: 'CUSTOM', startsAt: '2027-03-01T00:00:00Z', endsAt: '2027-03-20T00:00:00Z' };
    await reviewAt(kim, '2027-02-28T12:00:00Z');
    await reviewAt(kim, '2027-03-05T12:00:00Z');
    await boards.offer(dates);
    await reviewAt(kim, '2027-02-27T12:00:00Z');
    await reviewAt(alex, '2027-03-06T12:00:00Z');
    expect((await boards.places()).map(([, name, score]) => [name, score])).toEqual([
      ['Kim', 1],
      ['Alex', 1],
    ]);
    await boards.offer({ ...dates, startsAt: '2027-02-28T00:00:00Z' });
    expect(await boards.places()).toEqual([
      [1, 'Kim', 2],
      [2, 'Alex', 1],
    ]);
    boards.travelTo('2027-03-20T00:00:10Z');
    await shop.app.core.seasons.closeDue();
    await reviewAt(alex, '2027-03-19T12:00:00Z');
    const { season } = await boards.read();
    expect(season).toMatchObject({ startsAt: '2027-02-28T00:00:00.000Z', endsAt: '2027-03-20T00:00:00.000Z' });
    expect(season.closedAt).not.toBeNull();
    expect(await boards.places()).toHaveLength(2);
    expect((await boards.close()).userErrors).toEqual([{ code: 'ENDED', path: ['input', 'leaderboard'] }]);
  });

  test('do not overlap when the programme moves to another time zone', async () => {
    await boards.offer({ period: 'DAY' });
    await reviewAt(kim, '2027-03-10T11:00:00Z');
    await shop.admin.data(
      'mutation { updateProgram(input: { timeZone: "America/New_York" }) { userErrors { code } } }',
    );
    boards.travelTo('2027-03-10T23:30:00Z');
    await shop.app.core.seasons.closeDue();
    await shop.record({ type: 'review', memberId: alex });
    const [second, first] = await boards.seasons();
    expect(first).toMatchObject({ endsAt: '2027-03-10T23:00:00.000Z' });
    expect(second).toMatchObject({ startsAt: '2027-03-10T23:00:00.000Z', endsAt: '2027-03-11T05:00:00.000Z' });
    await shop.expectCleanLedger();
  });
});

describe('closing', () => {
  test('happens once, by whichever of two nodes, keeps the standings and opens the next season', async () => {
    await boards.offer({ period: 'MONTH', prizes: PRIZES });
    const other = await startTestApp({ databaseUrl: shop.app.databaseUrl });
    other.clock.advance(shop.app.clock.now() - other.clock.now());
    await shop.recordMany([...Array(3)].map(() => ({ type: 'review', memberId: kim })));
    await reviewAt(alex, '2027-03-05T10:00:00Z');
    const { season } = await boards.read();
    boards.travelTo('2027-04-01T09:00:00Z');
    other.clock.advance(shop.app.clock.now() - other.clock.now());
    const nodes = [shop.app, other, shop.app, other, shop.app, other];
    await Promise.all(nodes.map((app) => app.core.seasons.closeDue()));
    expect(await closings()).toEqual([season.id]);
    const [next, last] = await boards.seasons();
    expect(last).toMatchObject({ id: season.id, closedAt: expect.any(String) });
    expect(next).toMatchObject({ startsAt: last?.endsAt, closedAt: null });
    await eventually('both prizes are paid', async () => (await shop.count('season_prizes')) === 2);
    expect((await shop.ledger(kim)).at(-1)).toMatchObject({
      ...{ kind: 'BONUS', points: 100, rule: { kind: 'leaderboard', code: 'reviewers', version: 1 } },
      reason: 'Place 1 on “Reviewers”',
    });
    expect(await shop.wallet(alex)).toMatchObject({ active: 40 });
    // Prizes are no activity: they score nowhere.
    expect(await boards.places()).toEqual([]);
    await other.stop();
    await shop.expectCleanLedger();
  });

  test('pays once, also when the job runs again, at once or later, and equal scores alike', async () => {
    await boards.offer({ period: 'DAY', prizes: PRIZES });
    const lee = await shop.enrol({ displayName: 'Lee' });
    const none = await shop.enrol({ displayName: 'None' });
    for (const memberId of [kim, kim, alex, alex, lee]) await shop.record({ type: 'review', memberId });
    const { season } = await boards.read();
    boards.travelTo('2027-03-11T00:00:00Z');
    await shop.app.core.seasons.closeDue();
    const job = {
      seasonId: season.id,
      rule: { kind: 'leaderboard', code: 'reviewers', version: 1, name: 'Reviewers' },
      ranking: 'COMPETITION' as const,
      prizes: PRIZES.map((prize) => ({ ...prize, badge: null })),
    };
    await Promise.all([1, 2, 3].map(() => shop.app.core.seasons.payPrizes(job)));
    expect(await shop.app.core.seasons.payPrizes(job)).toBe(0);
    const wallets = await Promise.all([kim, alex, lee, none].map((id) => shop.wallet(id)));
    expect(wallets.map(({ active }) => active)).toEqual([120, 120, 40, 0]);
    await shop.expectCleanLedger();
  });

  test('catches up after downtime of several periods, and leaves out those in which nothing was recorded', async () => {
    await boards.offer({ period: 'DAY' });
    await boards.offer({ code: 'weekly', period: 'WEEK' });
    await shop.record({ type: 'review', memberId: kim });
    const before = await boards.read();
    boards.travelTo('2027-03-31T12:00:00Z');
    const weekly = (await boards.seasons('weekly')).at(-1);
    await shop.app.core.seasons.closeDue();
    expect((await closings()).sort()).toEqual([before.season.id, weekly?.id].sort());
    const seasons = await boards.seasons();
    expect(seasons.map(({ startsAt }) => startsAt)).toEqual(['2027-03-30T22:00:00.000Z', '2027-03-09T23:00:00.000Z']);
    expect(await boards.standings(before.season.id)).toMatchObject([{ rank: 1, score: 1, displayName: 'Kim' }]);
    expect(await shop.app.core.seasons.closeDue()).toEqual([]);
  });

  test('is final: what is told late still earns, and changes no board', async () => {
    await boards.offer({ period: 'DAY' });
    await boards.offer({ code: 'ever' });
    await reviewAt(kim, '2027-03-10T10:00:00Z');
    const { season } = await boards.read();
    boards.travelTo('2027-03-11T12:00:00Z');
    await shop.app.core.seasons.closeDue();
    const late = await reviewAt(alex, '2027-03-10T11:00:00Z');
    expect(late.effects).toMatchObject([{ __typename: 'PointsEarned', points: 10 }]);
    await reviewAt(kim, '2027-03-03T11:00:00Z');
    expect(await boards.standings(season.id)).toMatchObject([{ displayName: 'Kim', score: 1 }]);
    expect(await boards.places()).toEqual([]);
    expect((await boards.places('ever')).map(([, name, score]) => [name, score])).toEqual([
      ['Kim', 2],
      ['Alex', 1],
    ]);
    expect(await boards.seasons()).toHaveLength(2);
  });

  test('by hand ends a season early, once per key, and the next runs to the end of the period', async () => {
    await boards.offer({ period: 'MONTH', prizes: PRIZES });
    await shop.record({ type: 'review', memberId: kim });
    await reviewAt(alex, '2027-03-10T12:03:00Z');
    const key = newId();
    const first = await boards.close('reviewers', key);
    expect(first).toMatchObject({ replayed: false, userErrors: [] });
    const again = await boards.close('reviewers', key);
    expect(again).toEqual({ ...first, replayed: true });
    // What took place three minutes ahead stays where it scored.
    expect(first.season?.endsAt).toBe('2027-03-10T12:03:00.001Z');
    boards.travelTo('2027-03-10T12:10:00Z');
    await reviewAt(kim, '2027-03-10T12:01:00Z');
    await shop.record({ type: 'review', memberId: alex });
    const { season } = await boards.read();
    expect(season).toMatchObject({ startsAt: first.season?.endsAt, endsAt: '2027-03-31T22:00:00.000Z' });
    expect(await boards.places()).toEqual([[1, 'Alex', 1]]);
    expect(await boards.standings(first.season?.id ?? '')).toHaveLength(2);
    await eventually('the prizes are paid', async () => (await shop.count('season_prizes')) === 2);
    await shop.expectCleanLedger();
    const audit = '{ auditLog(first: 1, action: "season.closed") { totalCount } }';
    expect(await shop.admin.data(audit)).toEqual({ auditLog: { totalCount: 1 } });
  });
});
