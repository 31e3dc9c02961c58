import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { weigh, weighPage } from '../../scripts/support/page-weight.ts';
import { drawCodes } from '../../src/features/members/members.codes.ts';
import { drawVoucherCode } from '../../src/features/rewards/voucher-codes.ts';
import { minorDigits, pressed, readAmount } from '../../src/web/counter/data/amounts.ts';
import { outcomeOf } from '../../src/web/counter/data/outcome.ts';
import { recognise } from '../../src/web/counter/data/recognise.ts';
import type { ActivityType, Reward } from '../../src/web/counter/data/types.ts';
import { visitTypes } from '../../src/web/counter/data/visits.ts';
import { Formats } from '../../src/web/counter/formats.ts';
import { percentOf, shelfOf } from '../../src/web/counter/view/nearest.ts';
import { en } from '../../src/web/counter/words.en.ts';
import { sv } from '../../src/web/counter/words.sv.ts';
import { Keys } from '../../src/web/shared/keys.ts';

const words = { en, sv };

const MOST_BYTES = 45_000;
const MOST_READER_BYTES = 16_000;

const kindOf = (text: string) => recognise(text).kind;

describe('the one field', () => {
  it('recognises member numbers and voucher codes however they are typed, and tells mistyped ones', () => {
    fc.assert(
      fc.property(fc.nat(7), fc.integer({ min: 1, max: 9 }), (place, shift) => {
        const { memberNumber } = drawCodes();
        const spaced = `${memberNumber.slice(0, 4)} ${memberNumber.slice(4)}\n`;
        expect(recognise(spaced)).toEqual({ kind: 'NUMBER', number: memberNumber });
        const typed = [...memberNumber].with(place, String((Number(memberNumber[place]) + shift) % 10)).join('');
        expect(kindOf(typed)).toBe('MISTYPED_NUMBER');
        const code = drawVoucherCode();
        expect(recognise(code.toLowerCase().replaceAll('-', ''))).toEqual({ kind: 'VOUCHER', code });
      }),
    );
    const code = 'K7PM-XQ2R-9TWH';
    const last = [...'ABCDEFGHJKMNPQRSTUVWXYZ23456789'].find((one) => kindOf(code.slice(0, -1) + one) === 'VOUCHER');
    const right = `${code.slice(0, -1)}${last}`;
    const swapped = `7K${right.slice(2)}`;
    expect([kindOf(right), kindOf(swapped), kindOf(swapped.replaceAll('-', ''))]).toEqual([
      'VOUCHER',
      'MISTYPED_VOUCHER',
      'MISTYPED_VOUCHER',
    ]);
  });

  it('takes links apart: cards, vouchers, invitations, and those that lead to nobody', () => {
    const { memberNumber } = drawCodes();
    expect(recognise(`https://club.example/m/${memberNumber}`)).toEqual({ kind: 'NUMBER', number: memberNumber });
    expect(recognise(`https://club.example/?member=${memberNumber}`)).toEqual({ kind: 'NUMBER', number: memberNumber });
    expect(recognise('https://club.example/r/k7pmxq2r')).toEqual({ kind: 'REFERRAL', code: 'K7PMXQ2R' });
    expect(['https://elsewhere.example/', 'http://['].map(kindOf)).toEqual(['LINK', 'TEXT']);
  });

  it('looks for everything else, and never mistakes a name for a code', () => {
    const texts = ['Hammarstrand', 'Ann-Sofie af Dahl', 'bengt@example.se', 'customer-1001', '7350012345678', 'Ek'];
    for (const text of texts) expect(recognise(text)).toMatchObject({ kind: 'TEXT', text });
    expect(kindOf('  ')).toBe('NOTHING');
    fc.assert(fc.property(fc.string(), (text) => expect(kindOf(text)).toMatch(/^[A-Z_]+$/)));
  });
});

describe('an amount', () => {
  it('is read as people type it, and not when no purchase can have it', () => {
    const read = (typed: string, digits = 2) => {
      const amount = readAmount(typed, digits);
      return amount.is === 'READ' ? amount.amount : amount.is;
    };
    expect(['499', '1 249,50', '0.5', ',5', '007', '12.'].map((typed) => read(typed))).toEqual([
      ...['499', '1249.50', '0.5', '0.5', '7', '12'],
    ]);
    expect(['', '.', '0', '0,00'].map((typed) => read(typed))).toEqual(Array(4).fill('EMPTY'));
    expect(['52795269', '1,005', '1,2,3', '-5', '1e3', 'x'].map((typed) => read(typed))).toEqual(
      Array(6).fill('WRONG'),
    );
    expect([read('100', 0), read('100,5', 0)]).toEqual(['100', 'WRONG']);
    expect([minorDigits('SEK'), minorDigits('JPY'), minorDigits('KWD')]).toEqual([2, 0, 3]);
  });

  it('grows by the keypad into amounts only', () => {
    const keys = fc.array(fc.constantFrom(...'0123456789', ',', 'BACK'), { maxLength: 30 });
    fc.assert(
      fc.property(keys, fc.constantFrom(0, 2), (typed, digits) => {
        const text = typed.reduce((before, key) => pressed(before, key, digits), '');
        expect(readAmount(text, digits).is).not.toBe('WRONG');
      }),
    );
    expect(['4', '9', ',', '5', ',', '0', '0', 'BACK'].reduce((text, key) => pressed(text, key, 2), '0')).toBe('49,5');
  });
});

describe('what an activity brought', () => {
  it('is told in sum: points, those that come later, what was completed, and the tier one rose to', () => {
    const earned = (points: number, activeAt: string) => ({
      ...{ __typename: 'PointsEarned', points, occurredAt: '2026-11-22T10:00:00Z', entry: { activeAt } },
    });
    expect(
      outcomeOf([
        earned(100, '2026-11-22T10:00:00Z'),
        earned(30, '2026-12-06T10:00:00Z'),
        { __typename: 'ChallengeProgressed', progress: { challenge: { name: 'Not yet' } } },
        { __typename: 'ChallengeCompleted', progress: { challenge: { name: 'Three evenings' } } },
        { __typename: 'BadgeAwarded', award: { badge: { name: 'Campfire' } } },
        { __typename: 'TierChanged', direction: 'UP', to: { name: 'Silver' } },
      ]),
    ).toEqual({ points: 130, pending: 30, challenges: ['Three evenings'], badges: ['Campfire'], tier: 'Silver' });
    expect(outcomeOf([{ __typename: 'TierChanged', direction: 'DOWN', to: { name: 'Bas' } }]).tier).toBeNull();
  });
});

describe('the button for a visit', () => {
  it('offers the usual first, then the club’s own, and nothing that one tap cannot answer', () => {
    const type = (code: string, builtIn: boolean, attributesSchema: Record<string, unknown> | null = null) =>
      ({ code, name: code, builtIn, attributesSchema }) satisfies ActivityType;
    const types = [
      ...[type('like', true), type('purchase', true), type('referral-qualified', true), type('event-attended', true)],
      ...[type('ski-waxing', false, { required: [] }), type('course', false, { required: ['town'] })],
    ];
    expect(visitTypes(types).map(({ code }) => code)).toEqual(['event-attended', 'ski-waxing', 'like']);
  });
});

describe('the shelf', () => {
  const reward = (code: string, cost: number, obstacle: string | null, missingPoints: number | null = null) =>
    ({
      ...{ code, name: code, kind: 'PRODUCT', cost, description: null, terms: null, fulfilment: 'INSTANT' },
      ...{ perMember: 1, minimumTier: { name: 'Silver' }, value: null },
      availability: { available: obstacle === null, code: obstacle, missingPoints, nextPossibleAt: null },
    }) satisfies Reward;

  it('has what can be had, then what is nearest, then the rest with its reason', () => {
    const near = [400, 90, 20, 300, 70].map((missing) =>
      reward(`near-${missing}`, 500, 'INSUFFICIENT_POINTS', missing),
    );
    const shelf = shelfOf([reward('now', 10, null), ...near, reward('tier', 5, 'TIER_REQUIRED')]);
    const codes = (rewards: readonly Reward[]) => rewards.map(({ code }) => code);
    expect(codes(shelf.now)).toEqual(['now']);
    expect(codes(shelf.soon)).toEqual(['near-20', 'near-70', 'near-90', 'near-300']);
    expect(codes(shelf.later)).toEqual(['near-400', 'tier']);
    expect(percentOf(reward('half', 500, 'INSUFFICIENT_POINTS', 250))).toBe(50);
  });

  it('says in both languages why not', () => {
    for (const language of ['en', 'sv'] as const) {
      const formats = new Formats(language, words[language], null);
      const codes = ['NOT_ELIGIBLE', 'TIER_REQUIRED', 'LIMIT_REACHED', 'OUT_OF_STOCK', 'ENDED', 'INSUFFICIENT_POINTS'];
      const told = codes.map((code) => formats.obstacle(reward('x', 5, code, 3), 0));
      expect(new Set(told).size).toBe(codes.length);
      expect(told).not.toContain(words[language].unknownTrouble);
    }
    expect(Object.keys(words.sv.trouble)).toEqual(Object.keys(words.en.trouble));
    expect(Object.keys(words.sv.rewards.obstacle)).toEqual(Object.keys(words.en.rewards.obstacle));
  });
});

describe('the build', () => {
  it(`keeps the counter below ${MOST_BYTES / 1_000} kB, and the reader of codes in a file of its own`, async () => {
    await promisify(execFile)(process.execPath, ['scripts/build-web.ts']);
    const weighFile = (name: RegExp) =>
      weigh(join('dist/web/assets', readdirSync('dist/web/assets').find((file) => name.test(file)) ?? ''));
    // One language is fetched besides what the page names.
    const language = await weighFile(/^words\.sv-.*\.js$/);
    const page = (await weighPage('dist/web', 'counter.html')) + language;
    expect(page).toBeGreaterThan(10_000);
    expect(page).toBeLessThan(MOST_BYTES);
    expect(await weighFile(/^decode-.*\.js$/)).toBeLessThan(MOST_READER_BYTES);
  }, 120_000);
});

describe('the key of something that is to be done once', () => {
  it('is kept while nobody knows what became of it, and not for ever', () => {
    let now = 0;
    const keys = new Keys('counter', () => now);
    const first = keys.keyOf('a visit');
    keys.sent('a visit');
    now += 59 * 60_000;
    expect(keys.keyOf('a visit')).toBe(first);
    now += 60_000;
    expect(keys.keyOf('a visit')).not.toBe(first);
  });
});
