import { expect } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { Shop, type UserError } from '../recording/shop.ts';
import type { TestAppOptions } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/platform.ts';

export interface ReferralData {
  id: string;
  status: string;
  rejection: string | null;
  code: string;
  qualifiedAt: string | null;
  points: number;
  flags: string[] | null;
  referrer: { id: string; displayName: string };
  referee: { id: string; displayName: string };
}

export interface ChainNode {
  depth: number;
  size: number;
  member: { id: string; displayName: string };
  referral: { id: string; status: string };
  valueBrought: { amount: string; currencyCode: string };
}

/** Somebody with what is needed to recommend the club. */
export interface Person {
  id: string;
  referralCode: string;
}

export interface Joining {
  member: Person | null;
  userErrors: UserError[];
}

const ERRORS = 'userErrors { code message path retryable details }';
const REFERRAL = `id status rejection code qualifiedAt points flags referrer { id displayName } referee { id displayName }`;
export const JOIN = `mutation ($input: EnrollMemberInput!) {
  enrollMember(input: $input) { member { id referralCode } ${ERRORS} }
}`;
const CHAIN = `query ($id: ID!, $direction: ChainDirection!, $depth: Int!) {
  member(id: $id) { referralChain(direction: $direction, depth: $depth) {
    depth size member { id displayName } referral { id status } valueBrought { amount currencyCode } } }
}`;

/** A shop with a referral programme. */
export class ReferralsStage {
  readonly shop: Shop;

  private constructor(shop: Shop) {
    this.shop = shop;
  }

  static async open(options: TestAppOptions = {}): Promise<ReferralsStage> {
    return new ReferralsStage(await Shop.open(options));
  }

  /** Saves the programme: 100, 50 and 10 points up the chain for a first purchase, unless told otherwise. */
  async offer(more: Record<string, unknown> = {}): Promise<void> {
    await this.shop.save('ReferralProgram', { levels: [100, 50, 10], ...more });
  }

  /** Enrols somebody, by a code when one is given. */
  async join(referralCode: string | null = null, more: Record<string, unknown> = {}): Promise<Joining> {
    const input = { idempotencyKey: newId(), displayName: 'Kim Berg', ...(referralCode && { referralCode }), ...more };
    return (await this.shop.staff.data<{ enrollMember: Joining }>(JOIN, { input })).enrollMember;
  }

  /** Enrols somebody who must not be refused. */
  async person(referralCode: string | null = null, more: Record<string, unknown> = {}): Promise<Person> {
    const { member, userErrors } = await this.join(referralCode, more);
    expect(userErrors).toEqual([]);
    if (member === null) throw new Error('Enrolling was refused.');
    return member;
  }

  /** Members in a row, each referred by the one before. */
  async row(length: number, more: Record<string, unknown> = {}): Promise<Person[]> {
    const people: Person[] = [];
    for (let place = 0; place < length; place += 1) {
      people.push(await this.person(people.at(-1)?.referralCode ?? null, more));
    }
    return people;
  }

  /** Records a purchase of a member. */
  buy({ id }: Person, amount = '100', more: Record<string, unknown> = {}) {
    return this.shop.record({ type: 'purchase', memberId: id, value: { amount, currencyCode: 'SEK' }, ...more });
  }

  /** The referral by which somebody came. */
  async cameBy({ id }: Person, client: Client = this.shop.staff): Promise<ReferralData> {
    const document = `query ($id: ID!) { member(id: $id) { referredBy { ${REFERRAL} } } }`;
    const { member } = await client.data<{ member: { referredBy: ReferralData | null } }>(document, { id });
    if (member.referredBy === null) throw new Error('Nobody referred this member.');
    return member.referredBy;
  }

  /** Waits until the referral by which somebody came has been paid, and gives it. */
  async rewarded(person: Person): Promise<ReferralData> {
    await eventually('the referral is paid', async () => (await this.cameBy(person)).status === 'REWARDED', 60_000);
    return this.cameBy(person);
  }

  async review(referralId: string, decision: 'APPROVE' | 'REJECT', client: Client = this.shop.staff) {
    const document = `mutation ($input: ReviewReferralInput!) {
      reviewReferral(input: $input) { referral { ${REFERRAL} } effects { __typename } ${ERRORS} }
    }`;
    const input = { referralId, decision, reason: 'Looked at it' };
    type Reviewed = { referral: ReferralData | null; effects: { __typename: string }[]; userErrors: UserError[] };
    return (await client.data<{ reviewReferral: Reviewed }>(document, { input })).reviewReferral;
  }

  async chain({ id }: Person, direction = 'DOWN', depth = 10, client: Client = this.shop.staff): Promise<ChainNode[]> {
    const variables = { id, direction, depth };
    return (await client.data<{ member: { referralChain: ChainNode[] } }>(CHAIN, variables)).member.referralChain;
  }

  /** Spendable and pending points. */
  async points({ id }: Person): Promise<[active: number, pending: number]> {
    const { active, pending } = await this.shop.wallet(id);
    return [active, pending];
  }

  /** A client that speaks as this member. */
  as({ id }: Person): Client {
    return this.shop.app.client({ role: 'MEMBER', subject: id });
  }
}
