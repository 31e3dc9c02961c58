import { describe, expect, test } from '@jest/globals';
import type { GoalDefinition } from '../../src/rules/game.types.ts';
import { shortHash } from '../../src/rules/measures.ts';
import type { ActivityFacts } from '../../src/rules/types.ts';
import { anItem, aPurchase, SATURDAY } from './facts.ts';
import { aBadge, aGame, aGoal, GameBook, reasons } from './games.ts';

/** A book whose one badge is repeatable and far away, so that amounts are simply added up. */
function counting(
  goal: Partial<GoalDefinition>,
): (changes: Partial<ActivityFacts>) => [reason: string, amount: number] {
  const badge = aBadge({ repeatable: true, goal: aGoal({ activityTypes: ['purchase'], target: '1000', ...goal }) });
  const book = new GameBook(aGame({ badges: [badge] }));
  return (changes) => {
    const reason = reasons(book.record(aPurchase(changes))).critic ?? '';
    return [reason, book.goal('badge:critic')?.buckets[0]?.amount ?? 0];
  };
}

const sek = (amount: string) => ({ value: { amount, currencyCode: 'SEK' } });
const trail = (value: unknown) => ({ attributes: { trail: value } });

describe('a goal that adds up the value of activities', () => {
  test('adds money exactly', () => {
    const record = counting({ measure: 'SUM_VALUE' });
    expect(record(sek('0.10'))).toEqual(['0.1 of 1000 SEK.', 100_000]);
    expect(record(sek('0.20'))).toEqual(['0.3 of 1000 SEK.', 300_000]);
    expect(record(sek('11.77'))).toEqual(['12.07 of 1000 SEK.', 12_070_000]);
  });

  test('counts only the currency of the programme, and nothing below or at zero', () => {
    const record = counting({ measure: 'SUM_VALUE' });
    expect(record({ value: { amount: '10', currencyCode: 'EUR' } })).toEqual([
      'The value is in EUR, but the programme counts in SEK.',
      0,
    ]);
    expect(record({ value: null })).toEqual(['The activity has no value.', 0]);
    expect(record(sek('-5'))).toEqual(['An amount below 0 does not count.', 0]);
    expect(record(sek('0.00'))).toEqual(['It adds nothing: 0 of 1000 SEK.', 0]);
    expect(record(sek('1e3'))).toEqual(['The amount of the activity cannot be counted.', 0]);
  });

  test('stops at the largest amount that is exact, whatever the order', () => {
    const record = counting({ measure: 'SUM_VALUE', target: '9000000000' });
    expect(record(sek('999999999999999999999'))[1]).toBe(Number.MAX_SAFE_INTEGER);
    expect(record(sek('1'))[1]).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('a goal that adds up an expression', () => {
  test('adds whole and decimal numbers, rounding the seventh digit half up', () => {
    const record = counting({ measure: 'SUM', expression: 'activity.items.map(item, item.quantity).sum() / 3' });
    expect(record({ items: [anItem('boots', '10.00', '1')] })[1]).toBe(333_333);
    expect(record({ items: [anItem('boots', '10.00', '2')] })[1]).toBe(333_333 + 666_667);
    const whole = counting({ measure: 'SUM', expression: 'activity.attributes.metres / 2' });
    expect(whole({ attributes: { metres: 7 } })).toEqual(['3 of 1000.', 3_000_000]);
  });

  test('adds nothing for a fault, a negative number or money in another currency, and says why', () => {
    const record = counting({ measure: 'SUM', expression: 'activity.attributes.metres' });
    expect(record({})).toEqual(['The amount could not be computed: activity.attributes.metres is not given.', 0]);
    expect(record({ attributes: { metres: 'far' } })).toEqual([
      'The amount could not be computed: it is not a number.',
      0,
    ]);
    expect(record({ attributes: { metres: -3 } })).toEqual(['An amount below 0 does not count.', 0]);
    const money = counting({ measure: 'SUM', expression: 'activity.value.amount * 2' });
    expect(money({ value: { amount: '10', currencyCode: 'EUR' } })[0]).toMatch(/^The value is in EUR/);
    expect(money(sek('10'))).toEqual(['20 of 1000.', 20_000_000]);
  });
});

describe('a goal that tells values apart', () => {
  test('counts each text, number and truth once', () => {
    const record = counting({ measure: 'DISTINCT', expression: 'activity.attributes.trail' });
    const amounts = ['Kungsleden', 'Kungsleden', 5, '5', 5.0, true, 'true', 0.5, false].map(
      (value) => record(trail(value))[1] / 1_000_000,
    );
    expect(amounts).toEqual([1, 1, 2, 3, 3, 4, 5, 6, 7]);
    expect(record(trail('Kungsleden'))[0]).toBe('It adds nothing: 7 of 1000.');
  });

  test('tells decimals apart by their value, not by how they are written', () => {
    const record = counting({ measure: 'DISTINCT', expression: 'activity.value.amount' });
    const amounts = ['5.00', '5', '5.0001', '5.0002', '0.00', '0'].map((amount) => record(sek(amount))[1] / 1_000_000);
    expect(amounts).toEqual([1, 1, 2, 3, 4, 4]);
  });

  test('counts nothing that is missing or no single value', () => {
    const record = counting({ measure: 'DISTINCT', expression: 'activity.attributes.trail' });
    const why = (value: unknown) => record(trail(value));
    expect(why(undefined)[0]).toMatch(/^What is told apart could not be read/);
    expect(why(null)).toEqual(['What is told apart could not be read: it is not given.', 0]);
    expect(why(['a'])).toEqual(['What is told apart could not be read: it is neither a text nor a number.', 0]);
    const channel = counting({ measure: 'DISTINCT', expression: 'activity.channel' });
    expect(channel({ channel: null })[0]).toBe('What is told apart could not be read: it is not given.');
  });

  test('tells a thousand values apart and no more', () => {
    const record = counting({ measure: 'DISTINCT', expression: 'activity.attributes.trail' });
    let last: [string, number] = ['', 0];
    for (let value = 0; value < 1005; value++) last = record(trail(`trail ${value}`));
    expect(last[1]).toBe(1_000_000_000);
  });

  test('keeps of each value a hash of eleven characters that differ for like texts', () => {
    const hashes = new Set<string>();
    for (let value = 0; value < 20_000; value++) hashes.add(shortHash(`text ${value}`));
    expect(hashes.size).toBe(20_000);
    for (const hash of [...hashes].slice(0, 100)) expect(hash).toMatch(/^[\w-]{11}$/);
    // Every one of the 64 bits is used: in a hundred hashes each place shows many characters, the last its four bits.
    for (let place = 0; place < 11; place++) {
      const seen = new Set([...hashes].slice(0, 1000).map((hash) => hash[place]));
      expect(seen.size).toBe(place === 10 ? 16 : 64);
    }
  });

  test('forgets the values of a challenge or badge that is done with them', () => {
    const goal = aGoal({
      measure: 'DISTINCT',
      expression: 'activity.channel',
      target: '2',
      activityTypes: ['purchase'],
    });
    const book = new GameBook(aGame({ badges: [aBadge({ goal })] }));
    book.record(aPurchase({ channel: 'store' }));
    expect(book.goal('badge:critic')?.buckets[0]?.values).toHaveLength(1);
    book.record(aPurchase({ channel: 'online', occurredAt: SATURDAY + 1 }));
    expect(book.goal('badge:critic')?.buckets).toEqual([{ period: 0, amount: 2_000_000, done: 1, values: null }]);
  });
});
