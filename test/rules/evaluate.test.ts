import { describe, expect, test } from '@jest/globals';
import { evaluate, requiredUsage } from '../../src/rules/evaluate.ts';
import { compileProgramme } from '../../src/rules/programme.ts';
import { aMember, anItem, aPurchase, program, SATURDAY } from './facts.ts';
import { aCampaign, aProgramme, aRule, cap, computed, fixed, told, totalOf, UsageBook } from './programmes.ts';

const DAY = 86_400_000;
const sunday = Date.parse('2026-11-21T23:00:00Z');

const record = (...programme: Parameters<typeof aProgramme>) =>
  told(new UsageBook().record(aProgramme(...programme), aPurchase()));

describe('earning', () => {
  test('credits points per amount and says how they came about', () => {
    const evaluation = new UsageBook().record(aProgramme([aRule()]), aPurchase());
    expect(evaluation).toEqual({
      postings: [
        {
          kind: 'EARN',
          points: 52,
          rule: { kind: 'earning-rule', code: 'purchase', version: 1, name: 'Rule purchase' },
          reason: '1 point per 10.00 SEK of 523.00 SEK',
          activeAt: SATURDAY,
          expiresAt: null,
        },
      ],
      usage: [],
      trace: [
        {
          rule: { kind: 'earning-rule', code: 'purchase', version: 1, name: 'Rule purchase' },
          matched: true,
          reason: '1 point per 10.00 SEK of 523.00 SEK',
          pointsBeforeCaps: 52,
          points: 52,
          multipliers: [],
          nextPossibleAt: null,
        },
      ],
      game: null,
    });
  });

  test('counts expiry from the moment the points become active', () => {
    const rule = aRule({ pendingForMs: 14 * DAY, expiresAfterMs: 365 * DAY });
    const [posting] = new UsageBook().record(aProgramme([rule]), aPurchase()).postings;
    expect(posting?.activeAt).toBe(SATURDAY + 14 * DAY);
    expect(posting?.expiresAt).toBe(SATURDAY + 379 * DAY);
  });

  test('tells for every rule that listens, in the order of the codes, why it did not match', () => {
    const rules = [
      aRule({ code: 'z-draft', status: 'DRAFT' }),
      aRule({ code: 'other', trigger: 'review' }),
      aRule({ code: 'f-broken', condition: 'activity.nope' }),
      aRule({ code: 'e-negative', points: computed('-5') }),
      aRule({ code: 'd-fault', condition: 'activity.attributes.stars > 3' }),
      aRule({ code: 'c-condition', condition: 'activity.channel == "store"' }),
      aRule({ code: 'b-ended', endsAt: SATURDAY }),
      aRule({ code: 'a-later', startsAt: SATURDAY + 1000 }),
      aRule({ code: 'g-computed-fault', points: computed('activity.attributes.steps * 2') }),
      aRule({ code: 'h-too-much', points: computed('2000000000') }),
    ];
    expect(record(rules)).toEqual({
      credits: [],
      lines: [
        'a-later no: The rule starts at 2026-11-21T08:30:01Z.',
        'b-ended no: The rule ended at 2026-11-21T08:30:00Z.',
        'c-condition no: The condition was not met.',
        'd-fault no: The condition could not be evaluated: activity.attributes.stars is not given.',
        'e-negative no: -5 points are not between 0 and 1000000000.',
        'f-broken no: The rule cannot be evaluated: An activity has no field nope. Its fields are id, type, occurredAt, channel, source, value, items, attributes.',
        'g-computed-fault no: The points could not be computed: activity.attributes.steps is not given.',
        'h-too-much no: 2000000000 points are not between 0 and 1000000000.',
      ],
    });
  });

  test('counts only money in the currency of the programme', () => {
    const rules = [
      aRule({ code: 'a' }),
      aRule({ code: 'b', points: computed('activity.value.amount * 2') }),
      aRule({
        code: 'c',
        points: computed('activity.value.currencyCode == "EUR" ? activity.value.amount * 11 : activity.value.amount'),
      }),
    ];
    const foreign = aPurchase({ value: { amount: '10.00', currencyCode: 'EUR' } });
    expect(told(new UsageBook().record(aProgramme(rules), foreign)).lines).toEqual([
      'a no: The value is in EUR, but the programme counts in SEK.',
      'b no: The value is in EUR, but the programme counts in SEK.',
      'c 110: Computed by activity.value.currencyCode == "EUR" ? activity.value.amount * 11 : activity.value.amount',
    ]);
    const worthless = told(new UsageBook().record(aProgramme(rules.slice(0, 2)), aPurchase({ value: null })));
    expect(worthless.lines).toEqual([
      'a no: The activity has no value.',
      'b no: The points could not be computed: activity.value.amount is not given.',
    ]);
  });

  test('gives a match without a point no entry in the ledger', () => {
    const small = aPurchase({ value: { amount: '9.99', currencyCode: 'SEK' } });
    const evaluation = new UsageBook().record(aProgramme([aRule({ caps: [cap('DAY', { count: 1 })] })]), small);
    expect(evaluation.usage).toEqual([]);
    expect(told(evaluation)).toEqual({
      credits: [],
      lines: ['purchase 0: 1 point per 10.00 SEK of 9.99 SEK gives no whole point.'],
    });
  });

  test('does nothing for a type nobody listens to', () => {
    const evaluation = new UsageBook().record(aProgramme([aRule()]), aPurchase({ type: 'share' }));
    expect(evaluation).toEqual({ postings: [], usage: [], trace: [], game: null });
  });

  test('refuses a programme without a real time zone', () => {
    const nowhere = { ...program, timeZone: 'Mars/Olympus' };
    expect(() => compileProgramme({ program: nowhere, rules: [], campaigns: [] })).toThrow(RangeError);
  });
});

describe('caps', () => {
  test('cut the last award to what is left, then wait for the next local day', () => {
    const programme = aProgramme([aRule({ points: fixed(20), caps: [cap('DAY', { points: 50 })] })]);
    const book = new UsageBook();
    expect([1, 2, 3, 4].map(() => totalOf(book.record(programme, aPurchase())))).toEqual([20, 20, 10, 0]);
    const [line] = book.record(programme, aPurchase()).trace;
    expect(line).toMatchObject({ matched: true, points: 0, pointsBeforeCaps: 20, nextPossibleAt: sunday });
    expect(line?.reason).toBe('20 points per purchase. The cap is reached: at most 50 points per day for each member.');
    expect(totalOf(book.record(programme, aPurchase({ occurredAt: sunday - 1 })))).toBe(0);
    expect(totalOf(book.record(programme, aPurchase({ occurredAt: sunday })))).toBe(20);
  });

  test('say how many points were cut', () => {
    const programme = aProgramme([aRule({ caps: [cap('ACTIVITY', { points: 40 })] })]);
    const [line] = new UsageBook().record(programme, aPurchase()).trace;
    expect(line).toMatchObject({ points: 40, pointsBeforeCaps: 52, nextPossibleAt: null });
    expect(line?.reason).toBe(
      '1 point per 10.00 SEK of 523.00 SEK. Only 40 of 52 points under the cap: at most 40 points per activity for each member.',
    );
  });

  test('count awards as well as points, for each member or for all together', () => {
    const caps = [cap('WEEK', { count: 2 }), cap('LIFETIME', { count: 3, scope: 'PROGRAM' })];
    const programme = aProgramme([aRule({ points: fixed(5), caps })]);
    const book = new UsageBook();
    const given = (member: string) => totalOf(book.record(programme, aPurchase(), member));
    expect([given('a'), given('a'), given('a'), given('b'), given('b'), given('c')]).toEqual([5, 5, 0, 5, 0, 0]);
    const [line] = book.record(programme, aPurchase(), 'c').trace;
    expect(line?.nextPossibleAt).toBeNull();
    expect(line?.reason).toContain('at most 3 awards in all for all members together');
  });

  test('name the last of the periods that must pass, and none when the rule ends before', () => {
    const caps = [cap('DAY', { count: 1 }), cap('MONTH', { points: 5 })];
    const december = Date.parse('2026-11-30T23:00:00Z');
    for (const [endsAt, next] of [
      [null, december],
      [december, null],
    ] as const) {
      const programme = aProgramme([aRule({ points: fixed(5), caps, endsAt })]);
      const book = new UsageBook();
      book.record(programme, aPurchase());
      expect(book.record(programme, aPurchase()).trace[0]?.nextPossibleAt).toBe(next);
    }
  });

  test('share one counter per scope and period, and only what is valid is asked for', () => {
    const programme = aProgramme(
      [
        aRule({ code: 'a', caps: [cap('DAY', { count: 1 }), cap('DAY', { points: 9 }), cap('MONTH', { count: 2 })] }),
        aRule({ code: 'b', caps: [cap('YEAR', { points: 9, scope: 'PROGRAM' }), cap('ACTIVITY', { points: 9 })] }),
        aRule({ code: 'c', caps: [cap('DAY', { count: 1 })], endsAt: SATURDAY }),
        aRule({ code: 'd', trigger: 'review', caps: [cap('DAY', { count: 1 })] }),
      ],
      [
        aCampaign({ budget: 100 }),
        aCampaign({ code: 'free' }),
        aCampaign({ code: 'over', budget: 1, endsAt: SATURDAY }),
      ],
    );
    expect(requiredUsage(programme, 'anna', aPurchase())).toEqual([
      { memberId: 'anna', key: 'earning-rule:a|MEMBER|DAY:2026-11-21' },
      { memberId: 'anna', key: 'earning-rule:a|MEMBER|MONTH:2026-11' },
      { memberId: null, key: 'earning-rule:b|PROGRAM|YEAR:2026' },
      { memberId: null, key: 'campaign:double|PROGRAM|LIFETIME' },
    ]);
  });
});

test('an evaluation neither changes nor keeps what it was given', () => {
  const activity = aPurchase({ items: [anItem('tents')], attributes: { nested: { list: [1, 2.5, 'x'] } } });
  const before = structuredClone(activity);
  const member = aMember({ attributes: { level: 3 } });
  const programme = aProgramme(
    [aRule({ condition: 'activity.attributes.nested.list.size() == 3 && member.attributes.level > 2' })],
    [aCampaign({ budget: 10 })],
  );
  const state = { member, usage: () => ({ count: 0, points: 0 }) };
  const first = evaluate(programme, state, activity);
  expect(evaluate(programme, state, activity)).toEqual(first);
  expect(activity).toEqual(before);
  expect(totalOf(first)).toBe(62);
});
