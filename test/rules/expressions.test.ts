import { describe, expect, test } from '@jest/globals';
import {
  compileCondition,
  compilePoints,
  createFacts,
  ExpressionError,
  ExpressionFault,
} from '../../src/rules/expressions.ts';
import type { ActivityFacts, MemberFacts } from '../../src/rules/types.ts';
import { aMember, anItem, aPurchase, program } from './facts.ts';

function decide(source: string, activity: Partial<ActivityFacts> = {}, member: Partial<MemberFacts> = {}): unknown {
  const result = compileCondition(source).run(createFacts(program, aMember(member), aPurchase(activity)));
  return result instanceof ExpressionFault ? result.reason : result;
}

function count(source: string, activity: Partial<ActivityFacts> = {}): unknown {
  const result = compilePoints(source).run(createFacts(program, aMember(), aPurchase(activity)));
  return result instanceof ExpressionFault ? result.reason : result;
}

function refusal(source: string): string {
  try {
    compileCondition(source);
  } catch (error) {
    if (error instanceof ExpressionError) return `${error.position}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const money = (amount: string) => ({ value: { amount, currencyCode: 'SEK' } });
const threeCategories = [anItem('tents'), anItem('boots'), anItem('tents'), anItem('maps'), anItem(null)];

describe('conditions', () => {
  test.each<[string, Partial<ActivityFacts>, boolean]>([
    ['activity.value.amount >= 500', money('500'), true],
    ['activity.value.amount >= 500', money('499.99'), false],
    ['activity.value.amount == 523', money('523.00'), true],
    ['523.0 == activity.value.amount', money('523.00'), true],
    ['activity.value.amount != 523.01', money('523.00'), true],
    ['activity.value.currencyCode == program.currencyCode', {}, true],
    ['activity.channel == "online"', {}, true],
    ['"online" == activity.channel', {}, true],
    ['activity.channel == "online"', { channel: null }, false],
    ['activity.channel != "online"', { channel: null }, true],
    ['activity.channel == null', { channel: null }, true],
    ['null == activity.channel', { channel: null }, true],
    ['activity.channel in ["store", "online"]', {}, true],
    ['has(activity.channel)', { channel: null }, false],
    ['has(activity.channel)', {}, true],
    ['has(activity.value)', { value: null }, false],
    ['has(activity.value)', {}, true],
    ['has(activity.value) && activity.value.amount > 1', { value: null }, false],
    ['activity.value == null', { value: null }, true],
    ['activity.value != null', {}, true],
    ['has(activity.attributes.stars)', {}, false],
    ['has(activity.attributes.stars)', { attributes: { stars: null } }, false],
    ['activity.attributes.stars >= 4', { attributes: { stars: 5 } }, true],
    ['activity.attributes.stars >= 4', { attributes: { stars: 3.5 } }, false],
    ['activity.attributes.stars == 4.5', { attributes: { stars: 4.5 } }, true],
    ['activity.attributes.stars == 4', { attributes: { stars: '4' } }, false],
    ['activity.attributes.tags.exists(t, t == "winter")', { attributes: { tags: ['summer', 'winter'] } }, true],
    ['"winter" in activity.attributes.tags', { attributes: { tags: ['winter'] } }, true],
    ['activity.attributes.a.b.c == 1', { attributes: { a: { b: { c: 1 } } } }, true],
    ['distinct(activity.items.map(i, i.category)).size() >= 3', { items: threeCategories }, true],
    ['activity.items.map(i, i.category).distinct().size() == 3', { items: threeCategories }, true],
    ['activity.items.exists(i, i.category == "maps")', { items: threeCategories }, true],
    ['activity.items.all(i, i.unitPrice.amount > 9.99)', { items: threeCategories }, true],
    ['activity.items.exists_one(i, i.category == "maps")', { items: threeCategories }, true],
    ['activity.items.filter(i, i.category == "tents").size() == 2', { items: threeCategories }, true],
    ['sum(activity.items.map(i, i.unitPrice.amount * i.quantity)) == 50', { items: threeCategories }, true],
    ['activity.items.map(i, i.unitPrice.amount).max() == 10', { items: threeCategories }, true],
    ['min(activity.items.map(i, i.quantity)) == 1', { items: threeCategories }, true],
    ['max(activity.value.amount, 600) == 600.0', {}, true],
    ['"hiking" in member.interests', {}, true],
    ['activity.occurredAt - member.joinedAt > duration("8000h")', {}, true],
    ['activity.occurredAt >= timestamp("2026-11-21T08:30:00Z")', {}, true],
    ['activity.occurredAt < timestamp("2026-11-21T09:30:00+01:00")', {}, false],
    ['activity.occurredAt.getHours(program.timeZone) == 9', {}, true],
    ['activity.occurredAt.getHours() == 8', {}, true],
    ['activity.occurredAt.getDayOfWeek(program.timeZone) == 6', {}, true],
    ['activity.occurredAt.getDayOfYear("Europe/Stockholm") == 324', {}, true],
    ['activity.occurredAt.getDayOfYear() == 324', {}, true],
    ['activity.source.matchesPattern("^sh.p$")', {}, true],
    ['matchesPattern(activity.channel, "store|shop")', {}, false],
    ['-activity.value.amount < -1.5', {}, true],
    ['int(activity.value.amount / 10) == 52 && activity.value.amount % 10 == 3', {}, true],
    ['string(activity.value.amount) == "523"', {}, true],
    ['decimal(activity.attributes.price) == 11.77', { attributes: { price: '11.77' } }, true],
  ])('%s, with %j, is %p', (source, activity, expected) => {
    expect(decide(source, activity)).toBe(expected);
  });

  test('compare and multiply amounts without binary rounding', () => {
    expect(decide('activity.value.amount * 3 == 0.3', money('0.1'))).toBe(true);
    expect(decide('activity.value.amount + 0.2 == 0.3', money('0.1'))).toBe(true);
    expect(decide('activity.value.amount > 9007199254740992.0', money('9007199254740992.000000001'))).toBe(true);
  });

  test('read local hours on both sides of a change to daylight saving time', () => {
    const hour = (at: string) =>
      count('activity.occurredAt.getHours("Europe/Stockholm")', { occurredAt: Date.parse(at) });
    expect(hour('2026-03-29T00:59:59.999Z')).toBe(1);
    expect(hour('2026-03-29T01:00:00Z')).toBe(3);
    expect(hour('2026-10-25T00:59:59.999Z')).toBe(2);
    expect(hour('2026-10-25T01:00:00Z')).toBe(2);
    expect(hour('2026-10-25T02:00:00Z')).toBe(3);
  });

  test('match patterns in time linear in the text', () => {
    const text = 'a'.repeat(10_000);
    expect(decide('activity.attributes.text.matchesPattern("(a+)+$x")', { attributes: { text } })).toBe(false);
  });

  test('cannot reach into what a name like constructor means to JavaScript', () => {
    expect(decide('has(activity.attributes.constructor)')).toBe(false);
    expect(decide('activity.attributes.constructor == "x"', { attributes: { constructor: 'x' } })).toBe(true);
    expect(refusal('activity.constructor == "x"')).toContain('An activity has no field constructor.');
  });
});

test('attributes nested beyond reason read as null and do no harm', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
  expect(decide('activity.attributes.stars == 5', { attributes: { deep, stars: 5 } })).toBe(true);
  expect(decide('has(activity.attributes.deep)', { attributes: { deep } })).toBe(true);
});

describe('a condition without a result', () => {
  test.each<[string, Partial<ActivityFacts>, string]>([
    ['activity.attributes.stars >= 4', {}, 'activity.attributes.stars is not given'],
    ['activity.value.amount >= 4', { value: null }, 'activity.value.amount is not given'],
    ['1 / activity.attributes.zero > 1', { attributes: { zero: 0 } }, 'it divides by zero'],
    ['activity.value.amount / 0 > 1', {}, 'it divides by zero'],
    ['activity.attributes.flag', { attributes: { flag: 'yes' } }, 'it is neither true nor false'],
    [
      'activity.channel.startsWith("on")',
      { channel: null },
      "found no matching overload for 'null.startsWith(string)'",
    ],
    ['max(activity.items.map(i, i.quantity)) > 1', {}, 'an empty list has neither a smallest nor a largest number'],
    ['decimal(activity.source) > 1', {}, '"shop" is not a decimal number'],
  ])('%s says why', (source, activity, reason) => {
    expect(decide(source, activity)).toBe(reason);
  });

  test('says why when a member has no time zone', () => {
    expect(decide('activity.occurredAt.getHours(member.timeZone) > 1')).toContain('getHours(null)');
  });
});

describe('an expression is refused when it is saved', () => {
  test.each([
    ['', 'null: The expression is empty.'],
    ['activity.nope == 1', '9: An activity has no field nope. Its fields are id, type, occurredAt, channel'],
    ['has(activity.nope)', 'An activity has no field nope.'],
    ['member.points > 1', 'A member has no field points.'],
    ['activity.items.exists(i, i.price > 1)', 'An item has no field price.'],
    ['activity.value >= 500', 'These do not go together: Money >= int. Use .amount'],
    ['activity.value.amount >= "500"', 'These do not go together: Decimal >= string.'],
    ['wallet.active > 1', '0: There is no wallet. An expression can use activity, member and program.'],
    ['activity.source.matches("(a+)+$")', 'Use matchesPattern(text, "pattern") instead.'],
    ['activity.source.matchesPattern(activity.type)', 'must be a text constant'],
    ['activity.source.matchesPattern("(")', 'The pattern is not valid'],
    ['double(1) > 0.5', 'double() would make amounts inexact.'],
    ['cel.bind(x, 1, x > 0)', 'cel'],
    ['nothing()', 'There is no function nothing().'],
    ['activity.type.nothing()', 'There is no function nothing().'],
    ['activity.value.amount', 'A condition must be true or false, but this is a decimal number.'],
    ['activity.items.exists(i, activity.items.exists(j, j.sku == i.sku))', 'must not contain another loop'],
    ['activity.items.exists(activity, true)', 'The name activity is taken'],
    ['activity.occurredAt.getHours("Mars/Olympus") > 1', '"Mars/Olympus" is not a time zone.'],
    ['activity.occurredAt.getHours(1) > 1', 'getHours(int)'],
    ['1e99 > 1.5', 'Write numbers with digits and a point'],
    ['99999999999999999999 > 1', 'The whole number is too large.'],
    ['b"x" == b"x"', 'Only texts, numbers'],
    ['activity.type ==', 'Unexpected token'],
    [`${'('.repeat(25)}true${')'.repeat(25)}`, 'nested more than 20 levels deep'],
    [Array(120).fill('true').join(' && '), 'more than 200 parts'],
    [`1 in [${Array(201).fill('1').join(',')}]`, 'more than 200'],
    [`"${'x'.repeat(2000)}" == ""`, 'longer than 2000 characters'],
  ])('%s', (source, message) => {
    expect(refusal(source)).toContain(message);
  });

  test('25 conditions side by side are not deep and are accepted', () => {
    expect(refusal(Array(25).fill('activity.type == "x"').join(' || '))).toBe('accepted');
  });
});

describe('computed points', () => {
  test.each<[string, Partial<ActivityFacts>, unknown]>([
    ['activity.value.amount * 2', money('11.77'), 23],
    ['round(activity.value.amount * 2)', money('11.75'), 24],
    ['ceil(activity.value.amount)', money('11.01'), 12],
    ['activity.items.size() * 5', { items: threeCategories }, 25],
    ['activity.attributes.steps / 1000', { attributes: { steps: 12_999 } }, 12],
    ['activity.value.amount > 100 ? 50 : 10', {}, 50],
    ['-5', {}, -5],
    ['activity.attributes.steps', { attributes: { steps: 'many' } }, 'it is not a number'],
  ])('%s, with %j, are %p', (source, activity, expected) => {
    expect(count(source, activity)).toBe(expected);
  });

  test('are refused when they are not a number', () => {
    expect(() => compilePoints('activity.type')).toThrow('Points must be a number, but this is a text.');
  });

  test('tell whether they count money without looking at its currency', () => {
    expect(compilePoints('activity.value.amount * 2').countsMoney).toBe(true);
    expect(compilePoints('activity.value.currencyCode == "EUR" ? activity.value.amount * 2 : 1.0').countsMoney).toBe(
      false,
    );
    expect(compilePoints('activity.items.size()').countsMoney).toBe(false);
  });
});
