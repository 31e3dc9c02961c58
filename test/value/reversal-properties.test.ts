import { expect, test } from '@jest/globals';
import { Random } from '../../src/demo/random.ts';
import { newId } from '../../src/platform/ids.ts';
import { DAY_MS, fromNow } from '../recording/shop.ts';
import { eventually } from '../support/platform.ts';
import { type Preview, ReversalStage, type Reversed } from './reversal-stage.ts';

/** More and longer ones with POKAL_LONG=1. */
const IS_LONG = process.env.POKAL_LONG === '1';
const SEEDS = Array.from({ length: IS_LONG ? 40 : 3 }, (_, index) => `taking back ${index + 1}`);
const MEMBERS = IS_LONG ? 4 : 3;
const RECORDED = IS_LONG ? 16 : 9;
const WHOLE = 1_000_000;

/** Something recorded that is to be taken back, and how much of it is left, in millionths. */
interface Recorded {
  id: string;
  memberId: string;
  left: number;
}

/** A programme in which everything gives something, and a history that is taken back. */
class Story {
  readonly #open: string[] = [];

  constructor(
    readonly stage: ReversalStage,
    readonly random: Random,
    readonly memberIds: readonly string[],
  ) {}

  /** Records so many activities of all members, in one batch or one by one. */
  async record(count: number, types: readonly string[]): Promise<Recorded[]> {
    const activities = Array.from({ length: count }, () => this.#activity(types));
    const { results } = await this.stage.shop.recordMany(activities);
    return results.map(({ activity, userErrors }, index) => {
      expect(userErrors).toEqual([]);
      return { id: activity?.id ?? '', memberId: activities[index]?.memberId ?? '', left: WHOLE };
    });
  }

  #activity(types: readonly string[]) {
    const { random, memberIds, stage } = this;
    const type = random.pick(types);
    const amount = `${random.whole(0, 150)}.${random.whole(0, 9)}${random.whole(0, 9)}`;
    const hours = random.chance(0.3) ? random.whole(1, 400) : 0;
    const attributes = { trail: random.pick(['north', 'south', 'west']), metres: random.whole(1, 9) };
    return {
      idempotencyKey: newId(),
      type,
      memberId: random.pick(memberIds),
      occurredAt: fromNow(stage.shop, -hours * 3_600_000 - random.whole(0, 1_000_000)),
      channel: random.pick(['online', 'store']),
      ...(type === 'purchase' && { value: { amount, currencyCode: 'SEK' } }),
      ...(type !== 'purchase' && { attributes }),
    };
  }

  /** Redeems what somebody can afford, or cancels something that was redeemed. */
  async spend(): Promise<void> {
    const { random, stage } = this;
    const redemptionId = this.#open.pop();
    if (redemptionId !== undefined) return stage.cancel(redemptionId);
    const memberId = random.pick(this.memberIds);
    if ((await stage.wallet(memberId)).active >= 10) this.#open.push(await stage.redeem(memberId, 'coffee'));
  }

  async cancelAll(): Promise<void> {
    for (const redemptionId of this.#open.splice(0)) await this.stage.cancel(redemptionId);
  }

  /** Takes a random part of a random one of these back, having asked before what that does. */
  async takeBack(recorded: Recorded[]): Promise<void> {
    const { random, stage } = this;
    const one = random.pick(recorded);
    const part = random.chance(0.6) ? one.left : random.whole(1, one.left);
    const fraction = (part / WHOLE).toFixed(6);
    const before = await this.#scores(one.memberId);
    const preview = await stage.preview(one.id, fraction);
    const answer = await stage.reverse(one.id, { fraction, reason: 'Reversed' });
    expect(answer.userErrors).toEqual([]);
    expect(told(preview)).toEqual(told({ ...answer, wallet: answer.member?.wallet }));
    await this.#expectStandings(one.memberId, preview, before);
    one.left -= part;
    if (one.left === 0) recorded.splice(recorded.indexOf(one), 1);
  }

  /** The preview tells of every board whose score changed, and of no other. */
  async #expectStandings(memberId: string, { standings }: Preview, before: Map<string, number>): Promise<void> {
    const after = await this.#scores(memberId);
    const changed = [...before].filter(([seasonId, score]) => (after.get(seasonId) ?? 0) !== score);
    const expected = changed.map(([seasonId, score]) => ({ seasonId, from: score, to: after.get(seasonId) ?? 0 }));
    const moved = standings.filter(({ fromScore, toScore }) => fromScore !== toScore);
    const shown = moved.map(({ seasonId, fromScore: from, toScore: to }) => ({ seasonId, from, to }));
    expect(shown.sort(bySeason)).toEqual(expected.sort(bySeason));
    for (const { fromRank, toRank, toScore } of standings) {
      expect([fromRank === null, toRank === null]).toEqual([false, toScore === 0]);
    }
  }

  async #scores(memberId: string): Promise<Map<string, number>> {
    const rows = await this.stage.shop.sql<{ id: string; score: string }>(
      'select season_id as id, score from scores where member_id = $1',
      [memberId],
    );
    return new Map(rows.map(({ id, score }) => [id, Number(score)]));
  }

  /** Everything that is kept of all members, apart from badges that stay whatever is taken back. */
  async states() {
    return Promise.all(
      this.memberIds.map(async (memberId) => {
        const { goals, awards, ...state } = await this.stage.state(memberId);
        const isTaken = ({ key, code }: Record<string, unknown>) => !String(key ?? code).includes('keepsake');
        return { memberId, ...state, goals: goals.filter(isTaken), awards: awards.filter(isTaken) };
      }),
    );
  }

  /** Waits until every referral that counts is paid, so that what follows does not depend on who is quicker. */
  async paid(): Promise<void> {
    await eventually(
      'referrals are paid',
      async () => (await this.stage.shop.sql("select from referrals where status = 'QUALIFIED'")).length === 0,
      60_000,
    );
  }
}

/** What a preview and a reversal both tell. */
function told({ effects, fraction, reversedFraction, returned, wallet }: Told) {
  return { effects, fraction, reversedFraction, returned, wallet };
}

type Told = Pick<Reversed, 'effects' | 'fraction' | 'reversedFraction' | 'returned'> & { wallet: unknown };

function bySeason(one: { seasonId: string }, other: { seasonId: string }): number {
  return one.seasonId < other.seasonId ? -1 : 1;
}

async function configure({ shop }: Pick<ReversalStage, 'shop'>, random: Random): Promise<void> {
  await shop.save('ActivityType', { code: 'hike', name: 'Hike' });
  const caps = [{ per: 'DAY', points: random.whole(60, 200), count: random.whole(2, 5) }];
  const perAmount = { points: 1, per: random.pick(['1', '2.5']), rounding: random.pick(['FLOOR', 'ROUND', 'CEIL']) };
  await shop.save('EarningRule', { code: 'spend', name: 'x', trigger: 'purchase', points: { perAmount }, caps });
  const shared = [{ per: 'LIFETIME', scope: 'PROGRAM', points: random.whole(40, 90) }];
  await shop.save('EarningRule', { code: 'hike', name: 'x', trigger: 'hike', points: { fixed: 7 }, caps: shared });
  await shop.save('EarningRule', {
    code: 'later',
    name: 'x',
    trigger: 'hike',
    points: { fixed: 3 },
    pendingFor: 'P5D',
  });
  const span = { startsAt: fromNow(shop, -100 * DAY_MS), endsAt: fromNow(shop, 100 * DAY_MS) };
  const budget = random.whole(80, 300);
  await shop.save('Campaign', { code: 'twice', name: 'x', triggers: ['purchase'], multiplier: '2', budget, ...span });
  await configureGame({ shop }, random, span.startsAt);
  const boards = [
    { metric: 'POINTS_EARNED', period: 'ALL_TIME' },
    { metric: 'ACTIVITY_COUNT', period: 'MONTH', ranking: 'DENSE' },
    { metric: 'ACTIVITY_VALUE', period: 'WEEK' },
    { metric: 'ACTIVITY_VALUE', period: 'ALL_TIME', condition: 'activity.channel == "online"' },
    { metric: 'POINTS_EARNED', period: 'DAY', audience: 'member.externalId != "nobody"' },
  ];
  for (const [index, board] of boards.entries()) {
    await shop.save('Leaderboard', { code: `board-${index}`, name: 'x', ...board });
  }
  const maxPerReferrer = { per: 'LIFETIME', points: random.whole(60, 140) };
  await shop.save('ReferralProgram', { levels: [50, 20], refereePoints: 10, maxPerReferrer });
  await shop.save('Reward', { code: 'coffee', name: 'Coffee', kind: 'PRODUCT', cost: 10 });
}

async function configureGame({ shop }: Pick<ReversalStage, 'shop'>, random: Random, startsAt: string): Promise<void> {
  const once = { description: 'x', onReversal: 'REVOKE' };
  const goal = (type: string, target: number, more = {}) => ({
    activityTypes: [type],
    target: String(target),
    ...more,
  });
  const trails = { measure: 'DISTINCT', expression: 'activity.attributes.trail' };
  const badges = [
    { ...once, code: 'pin', goal: goal('hike', random.whole(2, 4)) },
    { ...once, code: 'walker', goal: goal('hike', 2, trails) },
    { ...once, code: 'often', goal: goal('purchase', 2), repeatable: true, limit: random.pick([null, 3]) },
    { ...once, code: 'spender', goal: goal('purchase', random.whole(90, 220), { measure: 'SUM_VALUE' }), limit: 2 },
    { description: 'x', code: 'keepsake', goal: goal('hike', 2), repeatable: true, onReversal: 'KEEP' },
  ];
  for (const badge of badges) await shop.save('Badge', { name: badge.code, ...badge });
  const metres = { measure: 'SUM', expression: 'activity.attributes.metres' };
  const challenges = [
    { code: 'hikes', goal: goal('hike', random.whole(2, 4)), points: 15, badge: 'pin' },
    { code: 'weekly', goal: goal('purchase', 100.5, { measure: 'SUM_VALUE' }), recurrence: 'WEEK', points: 9 },
    { code: 'daily', goal: goal('hike', 9, metres), recurrence: 'DAY', points: 4, badge: 'often' },
    { code: 'trails', goal: goal('hike', 3, trails), points: 30 },
    {
      code: 'streak',
      goal: goal('hike', 1),
      streak: { every: 'DAY', length: 2, freezes: 1 },
      points: 12,
      badge: 'pin',
    },
    { code: 'after', goal: goal('purchase', 2), prerequisites: ['hikes'], points: 25 },
    { code: 'together', goal: goal('purchase', 1_000_000), mode: 'COMMUNITY', recurrence: 'MONTH', points: 5 },
  ];
  for (const challenge of challenges) await shop.save('Challenge', { name: challenge.code, startsAt, ...challenge });
  await shop.save('Tier', { code: 'base', name: 'Base', rank: 1, threshold: '0' });
  const silver = { threshold: String(random.whole(60, 150)), multiplier: '1.5', badge: 'pin' };
  await shop.save('Tier', { code: 'silver', name: 'Silver', rank: 2, grace: 'P30D', ...silver });
  const gold = { metric: 'VALUE_SPENT', threshold: '300', window: 'P30D', multiplier: '2' };
  await shop.save('Tier', { code: 'gold', name: 'Gold', rank: 3, ...gold });
}

/** Members in a row, each recommended by the one before. */
async function enrol({ shop }: ReversalStage): Promise<string[]> {
  const document = `mutation ($input: EnrollMemberInput!) {
    enrollMember(input: $input) { member { id referralCode } userErrors { code } } }`;
  const ids: string[] = [];
  let referralCode: string | null = null;
  for (let place = 0; place < MEMBERS; place += 1) {
    const input: object = {
      idempotencyKey: newId(),
      displayName: 'Kim',
      ...(referralCode !== null && { referralCode }),
    };
    type Enrolled = { enrollMember: { member: { id: string; referralCode: string } } };
    const enrolled: Enrolled = await shop.staff.data<Enrolled>(document, { input });
    const { member } = enrolled.enrollMember;
    ids.push(member.id);
    referralCode = member.referralCode;
  }
  return ids;
}

test.each(SEEDS)(
  'record, spend, cancel and take everything back in random parts and order, and all is as it was: seed "%s"',
  async (seed) => {
    const stage = await ReversalStage.open();
    try {
      const random = new Random(seed);
      await configure(stage, random);
      const story = new Story(stage, random, await enrol(stage));
      await stage.shop.app.settled();
      await story.record(6, ['hike']);
      const before = await story.states();
      const recorded = await story.record(RECORDED, ['hike', 'purchase', 'purchase']);
      await story.paid();
      for (let step = 1; recorded.length > 0; step += 1) {
        if (random.chance(0.3)) await story.spend();
        await story.takeBack(recorded);
        if (step % 8 === 0) await stage.shop.expectCleanLedger();
      }
      await story.cancelAll();
      expect(await story.states()).toEqual(before);
      for (const { wallet } of before) expect(wallet).toMatchObject([{ deficit: 0 }]);
      await stage.shop.expectCleanLedger();
    } finally {
      await stage.shop.close();
    }
  },
  60_000,
);
