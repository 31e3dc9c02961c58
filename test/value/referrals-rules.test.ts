import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Ancestor,
  compileReferrals,
  judgeReferral,
  mailboxOf,
  paymentsOf,
  type ReferralEvidence,
  type ReferralProgramDefinition,
} from '../../src/rules/referrals.ts';
import type { UsageKey } from '../../src/rules/types.ts';

const PROGRAM: ReferralProgramDefinition = {
  ...{ code: 'referral-program', version: 1, name: 'Recommending', qualifyingActivity: 'purchase' },
  ...{ qualifyingCondition: null, levels: [100, 50, 0, 5], refereePoints: 20, holdForMs: null, maxPerReferrer: null },
};
const CLEAN: ReferralEvidence = {
  ...{ programIsActive: true, referrer: { id: 'anna', active: true }, ancestors: ['top'], siblings: ['bo'] },
  ...{ sameMailbox: [], sameExternalId: [], sameDevice: [], lateFromDevice: [], sameAddress: [], lateFromAddress: [] },
};

describe('the mailbox behind an address', () => {
  test.each([
    ['Anna.Berg+club@GMail.com', 'annaberg@gmail.com'],
    ['anna.berg@googlemail.com', 'annaberg@gmail.com'],
    ['Anna.Berg+club@example.com', 'anna.berg@example.com'],
    ['anna@sub.gmail.com', 'anna@sub.gmail.com'],
  ])('of %s is %s', (email, mailbox) => expect(mailboxOf(email)).toBe(mailbox));

  test('is its own mailbox', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => expect(mailboxOf(mailboxOf(email))).toBe(mailboxOf(email))),
      { numRuns: 100 },
    );
  });
});

describe('judging a referral', () => {
  test('admits what nothing speaks against', () => {
    expect(judgeReferral(CLEAN)).toEqual({ kind: 'ADMITTED', flags: [], suspects: [] });
  });

  const refusals: [string, Partial<ReferralEvidence>][] = [
    ['PROGRAM_OFF', { programIsActive: false, referrer: null }],
    ['UNKNOWN_CODE', { referrer: null }],
    ['REFERRER_NOT_ACTIVE', { referrer: { id: 'anna', active: false } }],
    ['SELF_REFERRAL', { sameMailbox: ['anna'] }],
    ['SELF_REFERRAL', { sameDevice: ['other', 'anna'] }],
    ['SELF_REFERRAL', { sameAddress: ['anna'] }],
    ['CYCLE', { sameMailbox: ['top'] }],
    ['EXISTING_MEMBER', { sameExternalId: ['somebody'] }],
  ];
  test.each(refusals)('refuses as %s: %j', (reason, evidence) => {
    expect(judgeReferral({ ...CLEAN, ...evidence })).toEqual({ kind: 'REFUSED', reason });
  });

  test('only flags what may have an honest reason', () => {
    const odd = { sameDevice: ['top'], lateFromDevice: ['a', 'b'], lateFromAddress: ['b', 'c', 'd'] };
    const flags = ['MANY_FROM_ADDRESS', 'MANY_FROM_DEVICE', 'SHARED_DEVICE'];
    expect(judgeReferral({ ...CLEAN, ...odd })).toEqual({
      ...{ kind: 'ADMITTED', flags, suspects: ['b', 'c', 'd', 'a', 'top'] },
    });
    const usual = { sameDevice: ['stranger'], lateFromDevice: ['a'], lateFromAddress: ['a', 'b'] };
    expect(judgeReferral({ ...CLEAN, ...usual })).toEqual({ kind: 'ADMITTED', flags: [], suspects: [] });
  });
});

describe('paying up the chain', () => {
  const chain = (length: number): Ancestor[] =>
    Array.from({ length }, (_, index) => ({ memberId: `m${index + 1}`, depth: index + 1, active: true }));
  const unused = () => ({ count: 0, points: 0 });

  test('pays each level what it is worth, and nobody beyond the last', () => {
    const { payments } = paymentsOf(compileReferrals(PROGRAM), chain(6), unused, 0, 'UTC');
    expect(payments.map(({ memberId, points }) => [memberId, points])).toEqual([
      ['m1', 100],
      ['m2', 50],
      ['m4', 5],
    ]);
  });

  test('never gives anybody more than the cap, whatever was paid before and in whatever order', () => {
    const maxPerReferrer = { per: 'MONTH', scope: 'MEMBER', count: 4, points: 170 } as const;
    const compiled = compileReferrals({ ...PROGRAM, maxPerReferrer });
    const depths = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 });
    fc.assert(
      fc.property(depths, (places) => {
        const used = new Map<string, { count: number; points: number }>();
        const usageOf = ({ memberId, key }: UsageKey) => used.get(`${memberId} ${key}`) ?? unused();
        for (const depth of places) {
          const { usage } = paymentsOf(compiled, [{ memberId: 'anna', depth, active: true }], usageOf, 0, 'UTC');
          for (const { memberId, key, count, points } of usage) {
            const before = usageOf({ memberId, key });
            used.set(`${memberId} ${key}`, { count: before.count + count, points: before.points + points });
          }
        }
        for (const { count, points } of used.values()) {
          expect(count).toBeLessThanOrEqual(4);
          expect(points).toBeLessThanOrEqual(170);
        }
      }),
      { numRuns: 100 },
    );
  });
});
