import { newId } from '../../src/platform/ids.ts';
import { type Activity, Shop } from '../recording/shop.ts';
import type { TestAppOptions } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/platform.ts';

export interface TierData {
  code: string;
  name: string;
}

/** A member's standing as the tests ask for it. */
export interface StandingData {
  tier: TierData | null;
  since: string | null;
  next: TierData | null;
  toNext: string | null;
  toKeep: string | null;
  keepUntil: string | null;
  benefits: { code: string; name: string; description: string | null }[];
}

/** An effect or event about tiers; those of other kinds have their name only. */
export interface TierEffect {
  __typename: string;
  occurredAt: string;
  from?: TierData | null;
  to?: TierData | null;
  direction?: string;
  tier?: TierData;
  keepUntil?: string;
  toKeep?: string;
}

export interface HistoryData {
  id: string;
  from: TierData | null;
  to: TierData | null;
  direction: string;
  reason: string;
  occurredAt: string;
  activity: { id: string } | null;
}

export interface StepData {
  kind: string;
  code: string;
  name: string;
  unit: string;
  at: string;
  reached: boolean;
  current: boolean;
  remaining: string;
  percent: number;
  sentence: string;
}

export interface LadderData {
  balance: number;
  steps: StepData[];
  next: StepData | null;
}

export interface SavedTier {
  tier: ({ version: number } & TierData) | null;
  userErrors: { code: string; message: string; path: string[] }[];
}

/** What the tests ask of an event about tiers. */
export const TIER_EVENT = `__typename occurredAt
  ... on TierChanged { from { code name } to { code name } direction }
  ... on TierAtRisk { tier { code name } keepUntil toKeep }`;
const STANDING = `tier { code name } since next { code name } toNext toKeep keepUntil benefits { code name description }`;
const STEP = 'kind code name unit at reached current remaining percent sentence';
const SAVE = `mutation ($input: SaveTierInput!) { saveTier(input: $input) {
  tier { code name version } userErrors { code message path } } }`;

/** A running Pokal with tiers, as its users see them. Visits earn 10 points, purchases one for each krona. */
export class TiersStage {
  private constructor(readonly shop: Shop) {}

  static async open(options: TestAppOptions = {}): Promise<TiersStage> {
    const shop = await Shop.open(options);
    await shop.offer('visit');
    await shop.save('EarningRule', {
      ...{ code: 'purchase', name: 'Purchase', trigger: 'purchase' },
      points: { perAmount: { points: 1, per: '1' } },
    });
    return new TiersStage(shop);
  }

  /** Saves a tier reached with 100 points in a lifetime, or whatever `input` says. */
  async save(input: Record<string, unknown> = {}, client: Client = this.shop.admin): Promise<SavedTier> {
    const all = { code: 'silver', name: 'Silver', rank: 2, threshold: '100', ...input };
    return (await client.data<{ saveTier: SavedTier }>(SAVE, { input: all })).saveTier;
  }

  /** Saves a tier that must not be refused. */
  async offer(input: Record<string, unknown> = {}): Promise<void> {
    const { userErrors } = await this.save(input);
    if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  }

  async standing(memberId: string, client: Client = this.shop.staff): Promise<StandingData> {
    const document = `query ($id: ID!) { member(id: $id) { tier { ${STANDING} } } }`;
    return (await client.data<{ member: { tier: StandingData } }>(document, { id: memberId })).member.tier;
  }

  /** The code of a member's tier. */
  async tier(memberId: string): Promise<string | null> {
    return (await this.standing(memberId)).tier?.code ?? null;
  }

  async ladder(memberId: string, client: Client = this.shop.staff): Promise<LadderData> {
    const document = `query ($id: ID!) { member(id: $id) { ladder { balance steps { ${STEP} } next { ${STEP} } } } }`;
    return (await client.data<{ member: { ladder: LadderData } }>(document, { id: memberId })).member.ladder;
  }

  /** A member's changes of tier, the oldest first. */
  async history(memberId: string): Promise<HistoryData[]> {
    const document = `query ($id: ID!) { member(id: $id) { tierHistory(first: 100) { edges { node {
      id from { code name } to { code name } direction reason occurredAt activity { id } } } } } }`;
    type Found = { member: { tierHistory: { edges: { node: HistoryData }[] } } };
    const { member } = await this.shop.staff.data<Found>(document, { id: memberId });
    return member.tierHistory.edges.map(({ node }) => node).toReversed();
  }

  /** Records an activity and gives its effects with what they say about tiers. */
  async effects(input: Activity, operation: 'mutation' | 'query' = 'mutation'): Promise<TierEffect[]> {
    const field = operation === 'mutation' ? 'recordActivity' : 'simulateActivity';
    const document = `${operation} ($input: RecordActivityInput!) { ${field}(input: $input) { effects { ${TIER_EVENT} } } }`;
    const variables = { input: { idempotencyKey: newId(), ...input } };
    return (
      (await this.shop.staff.data<Record<string, { effects: TierEffect[] }>>(document, variables))[field]?.effects ?? []
    );
  }

  /** Everything that was stored about a member's tier, as `[type, notify, payload]`, in order. */
  async stored(memberId: string): Promise<[string, boolean, Record<string, unknown>][]> {
    const rows = await this.shop.sql<{ type: string; notify: boolean; payload: Record<string, unknown> }>(
      `select type, notify, payload from outbox where member_id = $1 and type like 'Tier%' order by xid, seq`,
      [memberId],
    );
    return rows.map(({ type, notify, payload }) => [type, notify, payload]);
  }

  /** A visit, by default now. */
  visit(memberId: string, occurredAt?: string) {
    return this.shop.record({ type: 'visit', memberId, ...(occurredAt === undefined ? {} : { occurredAt }) });
  }

  /** A purchase for so many kronor, by default now. */
  buy(memberId: string, amount: string, occurredAt?: string) {
    const value = { amount, currencyCode: 'SEK' };
    return this.shop.record({ type: 'purchase', memberId, value, ...(occurredAt === undefined ? {} : { occurredAt }) });
  }

  /** Moves the clock so that the programme's present is this instant. */
  travelTo(instant: string): void {
    const { clock } = this.shop.app;
    clock.advance(Date.parse(instant) - clock.now());
  }

  /** What the job of the minute does; it may also come by itself at any time. */
  async review(): Promise<void> {
    await this.shop.app.core.pointsCycle.run();
  }

  /** Waits until the background has placed everybody. */
  async filled(): Promise<void> {
    const waiting = `select count(*)::int as count from pgboss.job where name = 'tiers.fill' and state <> 'completed'`;
    await eventually(
      'all members are placed',
      async () => (await this.shop.sql<{ count: number }>(waiting))[0]?.count === 0,
    );
  }

  /** Waits until the background has placed a member. */
  async placed(memberId: string, code: string | null): Promise<void> {
    await eventually(`the member is placed in ${code}`, async () => (await this.tier(memberId)) === code);
  }
}
