import { expect } from '@jest/globals';
import pg from 'pg';
import { verifyGoals } from '../../src/features/filling/index.ts';
import { verifyScores } from '../../src/features/leaderboards/verify-scores.ts';
import { type LedgerReport, verifyLedger } from '../../src/features/points/verify-ledger.ts';
import { verifyReferrals } from '../../src/features/referrals/index.ts';
import { verifyRedemptions } from '../../src/features/rewards/index.ts';
import { newId } from '../../src/platform/ids.ts';
import { startTestApp, type TestApp, type TestAppOptions } from '../support/app.ts';
import type { Answer, Client } from '../support/client.ts';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

const ERRORS = 'userErrors { code message path retryable details }';
const EFFECTS = `effects {
  __typename id cursor occurredAt
  ... on PointsEvent {
    points balance entry { id kind points balanceAfter reason activeAt expiresAt occurredAt rule { kind code version name } }
  }
}`;
const ACTIVITY = `activity {
  id occurredAt recordedAt channel source idempotencyKey attributes value { amount currencyCode } type { code }
  items { sku name category quantity unitPrice { amount currencyCode } }
  trace { rules { matched reason points pointsBeforeCaps nextPossibleAt rule { kind code version name } multipliers { code } } }
}`;
const MEMBER = 'member { id externalId wallet { active pending lifetimeEarned lifetimeSpent lifetimeExpired } }';

export const RECORD = `mutation ($input: RecordActivityInput!) {
  recordActivity(input: $input) { ${ACTIVITY} ${EFFECTS} ${MEMBER} replayed ${ERRORS} }
}`;
export const RECORD_MANY = `mutation ($input: RecordActivitiesInput!) {
  recordActivities(input: $input) {
    recorded replayed refused ${ERRORS}
    results { activity { id idempotencyKey } effects { __typename ... on PointsEvent { points } } replayed ${ERRORS} }
  }
}`;
export const ADJUST = `mutation ($input: AdjustPointsInput!) {
  adjustPoints(input: $input) {
    entry { id kind points balanceAfter reason activeAt expiresAt }
    ${EFFECTS} ${MEMBER} replayed ${ERRORS}
  }
}`;
export const SIMULATE = `query ($input: RecordActivityInput!) {
  simulateActivity(input: $input) {
    ${ACTIVITY} ${EFFECTS} wallet { active pending lifetimeEarned lifetimeSpent lifetimeExpired }
    trace { rules { matched points rule { code } } }
  }
}`;

export interface UserError {
  code: string;
  message: string;
  path: string[] | null;
  retryable: boolean;
  details: Record<string, unknown> | null;
}
export interface Entry {
  id: string;
  kind: string;
  points: number;
  balanceAfter: number;
  reason: string;
  activeAt: string;
  expiresAt: string | null;
  occurredAt: string;
  rule: { kind: string; code: string; version: number; name: string } | null;
}
export interface EffectData {
  __typename: string;
  id: string;
  cursor: string;
  occurredAt: string;
  points?: number;
  balance?: number;
  entry?: Entry;
}
export interface WalletData {
  active: number;
  pending: number;
  lifetimeEarned: number;
  lifetimeSpent: number;
  lifetimeExpired: number;
}
export interface Line {
  matched: boolean;
  reason: string;
  points: number;
  pointsBeforeCaps: number;
  nextPossibleAt: string | null;
  rule: { code: string };
}
export interface Recorded {
  activity: { id: string; recordedAt: string; trace: { rules: Line[] }; [field: string]: unknown } | null;
  effects: EffectData[];
  member: { id: string; externalId: string | null; wallet: WalletData } | null;
  replayed: boolean;
  userErrors: UserError[];
}
export interface RecordedMany {
  recorded: number;
  replayed: number;
  refused: number;
  results: Recorded[];
  userErrors: UserError[];
}
export interface Adjusted extends Omit<Recorded, 'activity'> {
  entry: Entry | null;
}

/** An activity as `recordActivity` takes it. */
export type Activity = Record<string, unknown>;

/** A running Pokal as a shop's developer sees it, with what tests ask of it again and again. */
export class Shop {
  readonly app: TestApp;
  readonly admin: Client;
  readonly staff: Client;
  /** A connection of the test's own, to look and interfere from outside. */
  readonly outside: pg.Pool;

  private constructor(app: TestApp) {
    this.app = app;
    this.admin = app.client({ role: 'ADMIN' });
    this.staff = app.client({ role: 'STAFF' });
    this.outside = new pg.Pool({ connectionString: app.databaseUrl, max: 2, application_name: 'outside' });
    this.outside.on('error', () => {});
  }

  static async open(options: TestAppOptions = {}): Promise<Shop> {
    return new Shop(await startTestApp(options));
  }

  async close(): Promise<void> {
    await this.outside.end();
    await this.app.stop();
  }

  /** Saves an activity type and, unless `rule` is null, a rule of the same code that listens to it. */
  async offer(code: string, rule: Record<string, unknown> | null = {}, type: Record<string, unknown> = {}) {
    await this.save('ActivityType', { code, name: code, ...type });
    if (rule !== null) {
      await this.save('EarningRule', { code, name: code, trigger: code, points: { fixed: 10 }, ...rule });
    }
  }

  /** Saves configuration of a kind: `ActivityType`, `EarningRule` or `Campaign`. */
  async save(kind: string, input: Record<string, unknown>): Promise<void> {
    const document = `mutation ($input: Save${kind}Input!) { save${kind}(input: $input) { userErrors { code message path } } }`;
    const saved = await this.admin.data<Record<string, { userErrors: UserError[] }>>(document, { input });
    expect(saved[`save${kind}`]?.userErrors).toEqual([]);
  }

  /** Enrols a member and gives the id. */
  async enrol(input: Record<string, unknown> = {}): Promise<string> {
    const document =
      'mutation ($input: EnrollMemberInput!) { enrollMember(input: $input) { member { id } userErrors { code path } } }';
    const all = { idempotencyKey: newId(), displayName: 'Kim Berg', ...input };
    const { enrollMember } = await this.staff.data<{ enrollMember: { member: { id: string } | null } }>(document, {
      input: all,
    });
    if (enrollMember.member === null) throw new Error('Enrolling was refused.');
    return enrollMember.member.id;
  }

  /** Records one activity as staff, unless told otherwise, under a fresh key. */
  async record(input: Activity, client: Client = this.staff): Promise<Recorded> {
    const all = { idempotencyKey: newId(), ...input };
    return (await client.data<{ recordActivity: Recorded }>(RECORD, { input: all })).recordActivity;
  }

  async recordMany(activities: readonly Activity[], client: Client = this.staff): Promise<RecordedMany> {
    const input = { activities: activities.map((activity) => ({ idempotencyKey: newId(), ...activity })) };
    return (await client.data<{ recordActivities: RecordedMany }>(RECORD_MANY, { input })).recordActivities;
  }

  /** Adjusts points as staff under a fresh key. */
  async adjust(memberId: string, points: number, more: Record<string, unknown> = {}): Promise<Adjusted> {
    const input = { idempotencyKey: newId(), memberId, points, reason: 'A test', ...more };
    return (await this.staff.data<{ adjustPoints: Adjusted }>(ADJUST, { input })).adjustPoints;
  }

  simulate(input: Activity, client: Client = this.staff): Promise<Answer<{ simulateActivity: Simulated }>> {
    return client.query(SIMULATE, { input: { idempotencyKey: newId(), ...input } });
  }

  async wallet(memberId: string): Promise<WalletData> {
    const document = `query ($id: ID!) { member(id: $id) { wallet { active pending lifetimeEarned lifetimeSpent lifetimeExpired } } }`;
    return (await this.staff.data<{ member: { wallet: WalletData } }>(document, { id: memberId })).member.wallet;
  }

  /** A member's ledger, the oldest entry first. */
  async ledger(memberId: string): Promise<Entry[]> {
    const document = `query ($id: ID!) { member(id: $id) { ledger(first: 100) { edges { node {
      id kind points balanceAfter reason activeAt expiresAt occurredAt rule { kind code version name }
    } } } } }`;
    type Found = { member: { ledger: { edges: { node: Entry }[] } } };
    const { member } = await this.staff.data<Found>(document, { id: memberId });
    return member.ledger.edges.map(({ node }) => node).toReversed();
  }

  /** Runs SQL from outside and gives the rows. */
  async sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.outside.query(text, values)).rows as Row[];
  }

  /** How many rows a table has. */
  async count(table: string): Promise<number> {
    const [row] = await this.sql<{ count: number }>(`select count(*)::int as count from ${table}`);
    return row?.count ?? 0;
  }

  /** Passes when entries, lots, wallets, running boards, badges, challenges, redemptions and referrals agree, and gives what was audited. */
  async expectCleanLedger(): Promise<LedgerReport> {
    const report = await verifyLedger(this.app.core.orm);
    expect(report.differences).toEqual([]);
    expect((await verifyScores(this.app.core.orm)).differences).toEqual([]);
    expect((await verifyGoals(this.app.core.orm)).differences).toEqual([]);
    expect((await verifyRedemptions(this.app.core.orm)).differences).toEqual([]);
    expect((await verifyReferrals(this.app.core.orm)).differences).toEqual([]);
    return report;
  }
}

export interface Simulated {
  activity: Recorded['activity'];
  effects: EffectData[];
  wallet: WalletData;
  trace: { rules: { matched: boolean; points: number; rule: { code: string } }[] };
}

/** The one code of an answer that was refused as a whole; null when it was not. */
export function codeOf(answer: Answer<unknown>): string | null {
  return (answer.errors?.[0]?.extensions.code as string | undefined) ?? null;
}

/** The instant that lies this many milliseconds after the programme's now. */
export function fromNow(shop: Shop, milliseconds: number): string {
  return new Date(shop.app.clock.now() + milliseconds).toISOString();
}

/** `count` results of `make`, all begun at once. */
export function atOnce<Result>(count: number, make: (index: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => make(index)));
}

/** Points of all effects. */
export function pointsOf({ effects }: Pick<Recorded, 'effects'>): number {
  return effects.reduce((sum, effect) => sum + (effect.points ?? 0), 0);
}
