import { newId } from '../../src/platform/ids.ts';
import { type PackedGoal, unpackGoal } from '../../src/rules/goal-codec.ts';
import { Shop, type UserError } from '../recording/shop.ts';
import type { TestAppOptions } from '../support/app.ts';
import type { Answer, Client } from '../support/client.ts';

export interface Standing {
  active: number;
  pending: number;
  deficit: number;
  lifetimeEarned: number;
  lifetimeSpent: number;
  lifetimeExpired: number;
  lifetimeReversed: number;
}

export interface ReversalEffect {
  __typename: string;
  member: { id: string };
  points?: number;
  balance?: number;
  entry?: { kind: string; points: number; reason: string; reverses: { points: number } | null };
  progress?: { status: string; progress: string; timesCompleted: number; challenge: { code: string } };
  award?: { badge: { code: string } };
  from?: { code: string } | null;
  to?: { code: string } | null;
  referral?: { id: string; status: string };
}

export interface ReturnedUsage {
  kind: string;
  code: string;
  scope: string;
  per: string;
  count: number;
  points: number;
}

export interface Reversed {
  activity: { id: string; reversedAt: string | null; reversedFraction: string } | null;
  fraction: string | null;
  reversedFraction: string | null;
  effects: ReversalEffect[];
  returned: ReturnedUsage[];
  member: { id: string; wallet: Standing } | null;
  replayed: boolean;
  userErrors: UserError[];
}

export interface Preview {
  activity: { id: string; reversedAt: string | null };
  fraction: string;
  reversedFraction: string;
  effects: ReversalEffect[];
  returned: ReturnedUsage[];
  wallet: Standing;
  standings: {
    seasonId: string;
    code: string;
    fromRank: number | null;
    toRank: number | null;
    fromScore: number;
    toScore: number;
  }[];
}

const WALLET = 'active pending deficit lifetimeEarned lifetimeSpent lifetimeExpired lifetimeReversed';
const EFFECTS = `effects {
  __typename member { id }
  ... on PointsEvent { points balance entry { kind points reason reverses { points } } }
  ... on ChallengeEvent { progress { status progress timesCompleted challenge { code } } }
  ... on BadgeEvent { award { badge { code } } }
  ... on TierChanged { from { code } to { code } }
  ... on ReferralEvent { referral { id status } }
}`;
const RETURNED = 'returned { kind code scope per count points }';
const REVERSE = `mutation ($input: ReverseActivityInput!) {
  reverseActivity(input: $input) {
    activity { id reversedAt reversedFraction } fraction reversedFraction ${EFFECTS} ${RETURNED}
    member { id } wallet { ${WALLET} } replayed userErrors { code message path retryable details }
  }
}`;
const PREVIEW = `query ($activityId: ID!, $fraction: Decimal!) {
  previewReversal(activityId: $activityId, fraction: $fraction) {
    activity { id reversedAt } fraction reversedFraction ${EFFECTS} ${RETURNED} wallet { ${WALLET} }
    standings { code seasonId fromRank toRank fromScore toScore }
  }
}`;

/** A shop that takes things back. */
export class ReversalStage {
  readonly shop: Shop;

  private constructor(shop: Shop) {
    this.shop = shop;
  }

  static async open(options: TestAppOptions = {}): Promise<ReversalStage> {
    return new ReversalStage(await Shop.open(options));
  }

  /** Takes things back in a shop that is open already. */
  static of(shop: Shop): ReversalStage {
    return new ReversalStage(shop);
  }

  /** Records a purchase and gives the activity's id. */
  async buy(memberId: string, amount: string, more: Record<string, unknown> = {}): Promise<string> {
    const value = { amount, currencyCode: 'SEK' };
    const { activity } = await this.shop.record({ type: 'purchase', memberId, value, ...more });
    if (activity === null) throw new Error('The purchase was refused.');
    return activity.id;
  }

  /** Takes an activity back as staff under a fresh key, unless told otherwise. */
  async reverse(
    activityId: string,
    more: Record<string, unknown> = {},
    client: Client = this.shop.staff,
  ): Promise<Reversed> {
    const input = { idempotencyKey: newId(), activityId, reason: 'Returned', ...more };
    type Answered = Omit<Reversed, 'member'> & { member: { id: string } | null; wallet: Standing };
    const { reverseActivity } = await client.data<{ reverseActivity: Answered }>(REVERSE, { input });
    const { member, wallet, ...rest } = reverseActivity;
    return { ...rest, member: member && { ...member, wallet } };
  }

  async preview(activityId: string, fraction = '1', client: Client = this.shop.staff): Promise<Preview> {
    return (await client.data<{ previewReversal: Preview }>(PREVIEW, { activityId, fraction })).previewReversal;
  }

  /** The same, whatever the answer. */
  previewed(activityId: string, fraction = '1', client: Client = this.shop.staff) {
    return client.query(PREVIEW, { activityId, fraction }) as Promise<Answer<{ previewReversal: Preview }>>;
  }

  /** Redeems what must succeed, and gives the redemption's id. */
  async redeem(memberId: string, reward: string): Promise<string> {
    const document = `mutation ($input: RedeemRewardInput!) {
      redeemReward(input: $input) { redemption { id } userErrors { code message path retryable details } } }`;
    type Answered = { redeemReward: { redemption: { id: string } | null; userErrors: UserError[] } };
    const input = { idempotencyKey: newId(), memberId, reward };
    const { redemption, userErrors } = (await this.shop.staff.data<Answered>(document, { input })).redeemReward;
    if (redemption === null) throw new Error(JSON.stringify(userErrors));
    return redemption.id;
  }

  /** Cancels what must succeed. */
  async cancel(redemptionId: string): Promise<void> {
    const document = `mutation ($input: CancelRedemptionInput!) {
      cancelRedemption(input: $input) { userErrors { code message } } }`;
    const input = { idempotencyKey: newId(), redemptionId };
    type Answered = { cancelRedemption: { userErrors: UserError[] } };
    const { userErrors } = (await this.shop.staff.data<Answered>(document, { input })).cancelRedemption;
    if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  }

  async wallet(memberId: string): Promise<Standing> {
    const document = `query ($id: ID!) { member(id: $id) { wallet { ${WALLET} } } }`;
    return (await this.shop.staff.data<{ member: { wallet: Standing } }>(document, { id: memberId })).member.wallet;
  }

  /** Everything that is kept of a member, as it stands, without times and ids: for comparing before and after. */
  async state(memberId: string) {
    const one = async (sql: string) => this.shop.sql<Record<string, unknown>>(sql, [memberId]);
    return {
      wallet: await one('select active, pending, deficit from wallets where member_id = $1'),
      goals: await this.#goals(memberId),
      usages: await one(
        `select key, count, points from rule_usages where member_id in ($1, '00000000-0000-0000-0000-000000000000')
           and (count > 0 or points > 0) order by key`,
      ),
      scores: await one(
        `select s.leaderboard_code as code, score from scores join seasons s on s.id = season_id where member_id = $1 order by 1`,
      ),
      days: await one(
        'select day, points, value, activities from tier_days where member_id = $1 and (points, value, activities) <> (0, 0, 0) order by day',
      ),
      // Who never left the tier that everybody starts in has no row.
      tier: await one("select tier from tier_standings where member_id = $1 and tier <> 'base'"),
      contributions: await one(
        'select challenge_code as code, period, amount from challenge_contributions where member_id = $1 order by 1, 2',
      ),
      referrals: await one(
        "select status from referrals where referee_id = $1 and status not in ('PENDING', 'REVERSED')",
      ),
      completions: await one(
        'select challenge_code as code, period from challenge_completions where member_id = $1 order by 1, 2',
      ),
      awards: await one(
        'select badge_code as code, number from badge_awards where member_id = $1 and number is not null order by 1, 2',
      ),
    };
  }

  /** A goal of which nothing is left is as good as none. Of two that add nothing to one another, either may be the first. */
  async #goals(memberId: string) {
    const rows = await this.shop.sql<{ key: string; value: PackedGoal }>(
      `select goal.key, goal.value from member_progress, json_each(goals -> 'goals') as goal where member_id = $1 order by 1`,
      [memberId],
    );
    return rows.flatMap(({ key, value }) => {
      const { startedAt: _startedAt, ...state } = unpackGoal(value);
      return state.buckets.length === 0 && state.times === 0 ? [] : [{ key, ...state }];
    });
  }
}
