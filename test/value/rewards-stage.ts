import { newId } from '../../src/platform/ids.ts';
import { type EffectData, Shop, type UserError } from '../recording/shop.ts';
import type { TestAppOptions } from '../support/app.ts';
import type { Answer, Client } from '../support/client.ts';

/** A redemption as the tests ask for one. */
export interface RedemptionData {
  id: string;
  status: string;
  name: string;
  cost: number;
  voucherCode: string;
  voucherQrSvg: string | null;
  createdAt: string;
  expiresAt: string | null;
  fulfilledAt: string | null;
  fulfilledBy: string | null;
  cancelledAt: string | null;
  cancelReason: string | null;
  reward: { code: string };
  member: { id: string };
  entry: { id: string; kind: string; points: number; rule: { kind: string; code: string } | null };
  refund: { id: string; kind: string; points: number; reverses: { id: string } | null } | null;
}

export interface Redeemed {
  redemption: RedemptionData | null;
  effects: (EffectData & { status?: string; redemption?: { id: string } })[];
  member: { id: string; wallet: { active: number } } | null;
  replayed: boolean;
  userErrors: UserError[];
}

export interface AvailabilityData {
  available: boolean;
  code: string | null;
  reason: string | null;
  missingPoints: number | null;
  nextPossibleAt: string | null;
}

export interface RewardData {
  id: string;
  code: string;
  version: number;
  name: string;
  cost: number;
  stock: number | null;
  audience: string | null;
  minimumTier: { code: string } | null;
  status: string;
}

const ERRORS = 'userErrors { code message path retryable details }';
const REDEMPTION = `id status name cost voucherCode voucherQrSvg createdAt expiresAt fulfilledAt fulfilledBy cancelledAt
  cancelReason reward { code } member { id } entry { id kind points rule { kind code } }
  refund { id kind points reverses { id } }`;
const EFFECTS = `effects { __typename id cursor
  ... on PointsEvent { points balance entry { kind } } ... on RedemptionEvent { status redemption { id } } }`;
const ANSWER = `redemption { ${REDEMPTION} } ${EFFECTS} member { id wallet { active } } replayed ${ERRORS}`;
const REWARD = 'id code version name cost stock audience minimumTier { code } status';

/** A shop with rewards, as a client has it. */
export class RewardsStage {
  readonly shop: Shop;
  #made = 0;

  private constructor(shop: Shop) {
    this.shop = shop;
  }

  static async open(options: TestAppOptions = {}): Promise<RewardsStage> {
    return new RewardsStage(await Shop.open(options));
  }

  /** Saves a reward under a code of its own, and gives the code. */
  async reward(more: Record<string, unknown> = {}): Promise<string> {
    this.#made += 1;
    const code = `reward-${this.#made}`;
    const { userErrors } = await this.save({ code, name: `Reward ${this.#made}`, ...more });
    if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
    return code;
  }

  /** Saves a reward and gives the answer, whatever it is. */
  async save(input: Record<string, unknown>): Promise<{ reward: RewardData | null; userErrors: UserError[] }> {
    const document = `mutation ($input: SaveRewardInput!) { saveReward(input: $input) { reward { ${REWARD} } ${ERRORS} } }`;
    type Saved = { saveReward: { reward: RewardData | null; userErrors: UserError[] } };
    const all = { name: 'A reward', kind: 'PRODUCT', cost: 100, ...input };
    return (await this.shop.admin.data<Saved>(document, { input: all })).saveReward;
  }

  /** A member with so many points, spendable for ever. */
  async member(points = 0): Promise<string> {
    const id = await this.shop.enrol();
    if (points > 0) await this.shop.adjust(id, points);
    return id;
  }

  speakingFor(memberId: string): Client {
    return this.shop.app.client({ role: 'MEMBER', subject: memberId });
  }

  /** Redeems as staff under a fresh key, unless told otherwise. */
  async redeem(
    memberId: string,
    reward: string,
    more: Record<string, unknown> = {},
    client?: Client,
  ): Promise<Redeemed> {
    const input = { idempotencyKey: newId(), memberId, reward, ...more };
    return this.#answer(client ?? this.shop.staff, 'redeemReward', 'RedeemRewardInput', input);
  }

  /** Redeems what must succeed. */
  async redeemed(memberId: string, reward: string): Promise<RedemptionData> {
    const { redemption, userErrors } = await this.redeem(memberId, reward);
    if (redemption === null) throw new Error(JSON.stringify(userErrors));
    return redemption;
  }

  fulfil(input: Record<string, unknown>, client: Client = this.shop.staff): Promise<Redeemed> {
    return this.#answer(client, 'fulfilRedemption', 'FulfilRedemptionInput', input);
  }

  cancel(
    redemptionId: string,
    more: Record<string, unknown> = {},
    client: Client = this.shop.staff,
  ): Promise<Redeemed> {
    const input = { idempotencyKey: newId(), redemptionId, ...more };
    return this.#answer(client, 'cancelRedemption', 'CancelRedemptionInput', input);
  }

  async #answer(client: Client, mutation: string, type: string, input: object): Promise<Redeemed> {
    const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${ANSWER} } }`;
    const data = await client.data<Record<string, Redeemed>>(document, { input });
    const answer = data[mutation];
    if (answer === undefined) throw new Error(`${mutation} answered nothing.`);
    return answer;
  }

  /** What a voucher is for, as staff. */
  voucher(
    voucherCode: string,
    client: Client = this.shop.staff,
  ): Promise<Answer<{ redemption: RedemptionData | null }>> {
    return client.query(`query ($code: String!) { redemption(voucherCode: $code) { ${REDEMPTION} } }`, {
      code: voucherCode,
    });
  }

  /** A member's redemptions, the latest first. */
  async redemptionsOf(
    memberId: string,
    status?: string[],
    client: Client = this.shop.staff,
  ): Promise<RedemptionData[]> {
    const document = `query ($id: ID!, $status: [RedemptionStatus!]) {
      member(id: $id) { redemptions(first: 20, status: $status) { edges { node { ${REDEMPTION} } } } } }`;
    type Found = { member: { redemptions: { edges: { node: RedemptionData }[] } } };
    const { member } = await client.data<Found>(document, { id: memberId, status });
    return member.redemptions.edges.map(({ node }) => node);
  }

  async read(code: string, client: Client = this.shop.admin): Promise<RewardData | null> {
    const document = `query ($code: String!) { reward(code: $code) { ${REWARD} } }`;
    return (await client.data<{ reward: RewardData | null }>(document, { code })).reward;
  }

  async availability(code: string, memberId?: string, client: Client = this.shop.staff): Promise<AvailabilityData> {
    const document = `query ($code: String!, $memberId: ID) { reward(code: $code) {
      availability(memberId: $memberId) { available code reason missingPoints nextPossibleAt } } }`;
    type Found = { reward: { availability: AvailabilityData } };
    return (await client.data<Found>(document, { code, memberId })).reward.availability;
  }
}

/** The code and the facts of the one refusal of an answer. */
export function refusalOf({ userErrors }: { userErrors: UserError[] }) {
  const [error, ...more] = userErrors;
  if (error === undefined || more.length > 0) throw new Error(`Not one refusal: ${JSON.stringify(userErrors)}`);
  const { code, path, details } = error;
  return { code, path, details };
}
