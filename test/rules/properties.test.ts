import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileProgramme } from '../../src/rules/programme.ts';
import type { CampaignDefinition, Cap, EarningRuleDefinition } from '../../src/rules/types.ts';
import { aPurchase, program, SATURDAY } from './facts.ts';
import { aCampaign, aProgramme, aRule, cap, fixed, perAmount, totalOf, UsageBook } from './programmes.ts';

const HOUR = 3_600_000;

const anyCap: fc.Arbitrary<Cap> = fc.record({
  per: fc.constantFrom('ACTIVITY', 'DAY', 'WEEK', 'MONTH', 'YEAR', 'LIFETIME'),
  scope: fc.constantFrom('MEMBER', 'PROGRAM'),
  count: fc.option(fc.integer({ min: 1, max: 5 })),
  points: fc.option(fc.integer({ min: 1, max: 200 })),
});

const anyRule: fc.Arbitrary<EarningRuleDefinition> = fc
  .record({
    code: fc.constantFrom('r1', 'r2', 'r3'),
    caps: fc.array(anyCap, { maxLength: 3 }),
    condition: fc.constantFrom(null, 'activity.value.amount > 300', 'activity.channel == "online"'),
    points: fc.oneof(
      fc.integer({ min: 1, max: 60 }).map(fixed),
      fc
        .constantFrom<'FLOOR' | 'ROUND' | 'CEIL'>('FLOOR', 'ROUND', 'CEIL')
        .map((rounding) => perAmount(3, '7.5', rounding)),
    ),
  })
  .map(aRule);

const anyCampaign: fc.Arbitrary<CampaignDefinition> = fc
  .record({
    code: fc.constantFrom('c1', 'c2', 'c3', 'c4'),
    multiplier: fc.constantFrom(null, '1', '1.25', '2', '3.333'),
    bonus: fc.option(fc.integer({ min: 1, max: 30 })),
    stacking: fc.constantFrom('MULTIPLY', 'HIGHEST'),
    budget: fc.option(fc.integer({ min: 1, max: 400 })),
    startsAt: fc.constant(0),
    endsAt: fc.constant(SATURDAY * 2),
  })
  .map(aCampaign);

const byCode = { selector: ({ code }: { code: string }) => code, maxLength: 4 };
const anyActivities = fc.array(
  fc.record({
    member: fc.constantFrom('anna', 'bo'),
    hours: fc.nat(24 * 40),
    cents: fc.nat(100_000),
    channel: fc.constantFrom('online', 'store', null),
  }),
  { maxLength: 25 },
);

interface Event {
  member: string;
  hours: number;
  cents: number;
  channel: string | null;
}

function purchase({ hours, cents, channel }: Event) {
  const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
  return aPurchase({ occurredAt: SATURDAY + hours * HOUR, channel, value: { amount, currencyCode: 'SEK' } });
}

test('no cap and no budget is ever exceeded, in whatever order activities come', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyRule, byCode),
      fc.uniqueArray(anyCampaign, byCode),
      anyActivities,
      (rules, campaigns, events) => {
        const programme = compileProgramme({ program, rules, campaigns });
        const book = new UsageBook();
        for (const event of events) book.record(programme, purchase(event), event.member);
        for (const [name, used] of book.totals) {
          for (const rule of rules) {
            for (const { per, scope, count, points } of rule.caps) {
              if (!name.includes(`earning-rule:${rule.code}|${scope}|${per}`)) continue;
              expect(used.count).toBeLessThanOrEqual(count ?? used.count);
              expect(used.points).toBeLessThanOrEqual(points ?? used.points);
            }
          }
          const campaign = campaigns.find(({ code }) => name.includes(`campaign:${code}|`));
          expect(used.points).toBeLessThanOrEqual(campaign?.budget ?? used.points);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('the lines of the trace add up to the postings, and postings are positive whole points', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyRule, byCode),
      fc.uniqueArray(anyCampaign, byCode),
      anyActivities,
      (rules, campaigns, events) => {
        const programme = compileProgramme({ program, rules, campaigns });
        const book = new UsageBook();
        for (const event of events) {
          const evaluation = book.record(programme, purchase(event), event.member);
          expect(evaluation.trace.reduce((total, { points }) => total + points, 0)).toBe(totalOf(evaluation));
          expect(evaluation.trace).toHaveLength(rules.length + campaigns.length);
          for (const { points } of evaluation.postings) expect(Number.isSafeInteger(points) && points > 0).toBe(true);
          for (const line of evaluation.trace) expect(line.points).toBeLessThanOrEqual(line.pointsBeforeCaps);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('the order in which rules and campaigns are stored does not matter, and evaluating twice gives the same', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyRule, byCode),
      fc.uniqueArray(anyCampaign, byCode),
      anyActivities,
      (rules, campaigns, events) => {
        const programme = compileProgramme({ program, rules, campaigns });
        const reversed = compileProgramme({ program, rules: rules.toReversed(), campaigns: campaigns.toReversed() });
        const [book, other, again] = [new UsageBook(), new UsageBook(), new UsageBook()];
        for (const event of events) {
          const expected = book.record(programme, purchase(event), event.member);
          expect(other.record(reversed, purchase(event), event.member)).toEqual(expected);
          expect(again.record(programme, purchase(event), event.member)).toEqual(expected);
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('with caps on points only, the order of delivery does not change what a member gets', () => {
  const caps = [cap('DAY', { points: 30 })];
  fc.assert(
    fc.property(anyActivities, fc.integer(), (events, seed) => {
      const programme = aProgramme([aRule({ caps })]);
      const shuffled = [...events].sort((a, b) => ((a.cents * 7919 + seed) % 97) - ((b.cents * 7919 + seed) % 97));
      const total = (order: Event[], member: string) => {
        const book = new UsageBook();
        return order
          .map((event) => (event.member === member ? totalOf(book.record(programme, purchase(event), member)) : 0))
          .reduce((sum, points) => sum + points, 0);
      };
      for (const member of ['anna', 'bo']) expect(total(shuffled, member)).toBe(total(events, member));
    }),
    { numRuns: 100 },
  );
});

test('multiplied points are the product of all multipliers, rounded down once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.array(fc.integer({ min: 100, max: 300 }), { maxLength: 4 }),
      (base, hundredths) => {
        const campaigns = hundredths.map((value, index) =>
          aCampaign({
            code: `c${index}`,
            multiplier: `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`,
          }),
        );
        const evaluation = new UsageBook().record(aProgramme([aRule({ points: fixed(base) })], campaigns), aPurchase());
        const exact = hundredths.reduce((product, value) => product * BigInt(value), BigInt(base));
        expect(BigInt(totalOf(evaluation))).toBe(exact / 100n ** BigInt(hundredths.length));
      },
    ),
  );
});
