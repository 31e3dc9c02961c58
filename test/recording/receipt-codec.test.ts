import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unpackEffect, unpackLine, writeEffects, writeTrace } from '../../src/features/activities/receipt.codec.ts';
import type { RuleEvaluation } from '../../src/rules/types.ts';

const reference = fc.record({
  kind: fc.constantFrom('earning-rule', 'campaign', 'challenge', 'badge', 'tier', 'leaderboard'),
  code: fc.string(),
  version: fc.nat(),
  name: fc.string(),
});

const line = fc
  .record({
    rule: reference,
    matched: fc.boolean(),
    reason: fc.oneof(fc.string(), fc.constantFrom('The condition was not met.', 'Completed already.', '3 of 5.')),
    pointsBeforeCaps: fc.nat(2),
    points: fc.nat(2),
    multipliers: fc.array(reference, { maxLength: 2 }),
    nextPossibleAt: fc.option(fc.nat()),
  })
  .chain((made) => fc.constantFrom<RuleEvaluation>(made, Object.freeze({ ...made })));

const effect = fc.record({
  type: fc.constantFrom('PointsEarned', 'BadgeAwarded'),
  id: fc.uuid(),
  cursor: fc.base64String(),
  occurredAt: fc.constantFrom(1_795_300_000_000, 1_795_300_000_001),
  payload: fc.dictionary(fc.string(), fc.jsonValue()),
});

function readLines(text: string): RuleEvaluation[] {
  return (JSON.parse(text) as Parameters<typeof unpackLine>[0][]).map(unpackLine);
}

describe('a stored receipt', () => {
  test('gives back every line as it was, however often it is written', () => {
    fc.assert(
      fc.property(fc.array(line), (trace) => {
        expect(readLines(writeTrace(trace))).toEqual(trace);
        expect(readLines(writeTrace(trace))).toEqual(trace);
      }),
    );
  });

  test('gives back every effect as it was, whether or not its payload was written before', () => {
    fc.assert(
      fc.property(fc.array(effect), (made) => {
        const effects = made.map((one) => ({ ...JSON.parse(JSON.stringify(one)), memberId: 'anna' }));
        const written = effects.map((one) => ({ ...one, payloadText: JSON.stringify(one.payload) }));
        for (const text of [writeEffects(effects, 1_795_300_000_000), writeEffects(written, 1_795_300_000_000)]) {
          const stored = JSON.parse(text) as Parameters<typeof unpackEffect>[0][];
          expect(stored.map((one) => unpackEffect(one, 'anna', 1_795_300_000_000))).toEqual(effects);
        }
      }),
    );
  });

  test('leaves out what says nothing', () => {
    const rule = { kind: 'badge', code: 'walker', version: 2, name: 'Walker' };
    const nothing = { rule, pointsBeforeCaps: 0, points: 0, multipliers: [], nextPossibleAt: null };
    const trace = [
      { ...nothing, matched: false, reason: 'The condition was not met.' },
      { ...nothing, matched: true, reason: '3 of 5.' },
    ];
    expect(writeTrace(trace)).toBe('[["b","walker",2,"Walker",0],["b","walker",2,"Walker","3 of 5.",1]]');
  });

  test('reads lines and effects in the form they had before there were challenges', () => {
    const rule = { kind: 'earning-rule', code: 'purchase', version: 1, name: 'Purchase' };
    const weekend = { kind: 'campaign', code: 'weekend', version: 3, name: 'Weekend' };
    const [packed, multiplier] = [rule, weekend].map(({ kind, code, version, name }) => [kind, code, version, name]);
    const plain = [packed, 1, '1 point per 10 SEK', 40, 40];
    expect(readLines(JSON.stringify([plain, [...plain, [multiplier], 7]]))).toEqual([
      ...[{ rule, matched: true, reason: '1 point per 10 SEK', pointsBeforeCaps: 40, points: 40 }].map((common) => ({
        ...common,
        ...{ multipliers: [], nextPossibleAt: null },
      })),
      {
        ...{ rule, matched: true, reason: '1 point per 10 SEK', pointsBeforeCaps: 40, points: 40 },
        ...{ multipliers: [weekend], nextPossibleAt: 7 },
      },
    ]);
    expect(unpackEffect(['PointsEarned', 'id', 'cursor', 5, { points: 1 }], 'anna', 9).occurredAt).toBe(5);
  });
});
