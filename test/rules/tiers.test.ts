import { describe, expect, test } from '@jest/globals';
import { requiresGame, tiersOf, windowsOf } from '../../src/rules/game.ts';
import { windowStart } from '../../src/rules/game-views.ts';
import { aPurchase, SATURDAY } from './facts.ts';
import { aBadge, aChallenge, aGame, aGoal, aReview, aTier, DAY, GameBook } from './games.ts';
import { aCampaign, aRule, cap, fixed, told, totalOf } from './programmes.ts';

const bas = aTier({ code: 'bas', rank: 0, threshold: '0' });
const silver = aTier({ multiplier: '1.5' });
const gold = aTier({ code: 'gold', rank: 2, threshold: '300', multiplier: '2' });
const tiers = [gold, bas, silver];
const rules = [aRule({ trigger: 'review', points: fixed(60) })];

describe('a tier', () => {
  test('is reached at once, and multiplies from the next activity on', () => {
    const book = new GameBook(aGame({ tiers, rules }));
    const evaluations = [0, 1, 2, 3, 4].map((hour) => book.record(aReview(SATURDAY + hour)));
    expect(evaluations.map(totalOf)).toEqual([60, 60, 90, 90, 120]);
    expect(evaluations.map(({ game }) => game?.tier)).toEqual([
      { from: null, to: 'bas', direction: 'UP' },
      { from: 'bas', to: 'silver', direction: 'UP' },
      null,
      { from: 'silver', to: 'gold', direction: 'UP' },
      null,
    ]);
    expect(evaluations.map((evaluation) => told(evaluation).lines[1])).toEqual([
      'bas 0: “Bas” is reached.',
      'silver 0: “Silver” is reached: 120 of 100 points.',
      'silver 30: Multiplies by 1.5. 210 of 300 points towards “Gold”.',
      'silver 30: Multiplies by 1.5. “Gold” is reached: 300 of 300 points.',
      'gold 60: Multiplies by 2. It is the highest tier.',
    ]);
    expect(evaluations[1]?.game?.standing).toEqual({ tier: 'silver', since: SATURDAY + 1, keepUntil: null });
    expect(evaluations[2]?.game?.standing).toBeNull();
    expect(evaluations[2]?.game?.counted).toEqual({ POINTS_EARNED: 90, VALUE_SPENT: 0, ACTIVITY_COUNT: 1 });
  });

  test('multiplies what rules give before campaigns do, within the caps of the rule, and not what campaigns add', () => {
    const campaigns = [aCampaign({ bonus: 7 })];
    const capped = [aRule({ trigger: 'review', points: fixed(60), caps: [cap('DAY', { points: 170 })] })];
    const book = new GameBook(aGame({ tiers: [silver], rules: capped, campaigns }));
    book.member('anna').standing = { tier: 'silver', since: 0, keepUntil: null };
    const evaluation = book.record(aReview(SATURDAY));
    // 60 base, 30 by the tier, and the campaign doubles 90; the cap leaves 80 of its 90.
    expect(told(evaluation).credits).toEqual([
      'EARN 60 purchase',
      'BONUS 30 silver',
      'BONUS 80 double',
      'BONUS 7 double',
    ]);
    expect(evaluation.postings[1]?.reason).toBe('Times 1.5 on Rule purchase');
    expect(evaluation.trace[0]?.multipliers.map(({ kind }) => kind)).toEqual(['tier', 'campaign']);
    expect(evaluation.trace.reduce((sum, { points }) => sum + points, 0)).toBe(totalOf(evaluation));
  });

  test('does not multiply the points of challenges', () => {
    const challenges = [aChallenge({ points: 100, goal: aGoal({ target: '1' }) })];
    const book = new GameBook(aGame({ tiers: [gold], challenges }));
    book.member('anna').standing = { tier: 'gold', since: 0, keepUntil: null };
    expect(totalOf(book.record(aReview(SATURDAY)))).toBe(100);
  });

  test('is lifted by the points of a challenge and gives its badge, in one evaluation', () => {
    const badges = [aBadge({ goal: null }), aBadge({ code: 'loyal', goal: null, limit: 1 })];
    const challenges = [aChallenge({ points: 90, badge: 'critic', goal: aGoal({ target: '1' }) })];
    const silverWithBadge = aTier({ badge: 'loyal' });
    const book = new GameBook(aGame({ tiers: [bas, silverWithBadge], rules, challenges, badges }));
    const { game, trace } = book.record(aReview(SATURDAY));
    expect(game?.tier).toEqual({ from: null, to: 'silver', direction: 'UP' });
    expect(game?.awards.map(({ badge, cause, reason }) => `${badge.code} by ${cause.kind}: ${reason}`)).toEqual([
      'critic by challenge: Challenge “Challenge reviews” completed',
      'loyal by tier: Tier “Silver” reached',
    ]);
    expect(trace.map(({ rule }) => rule.kind)).toEqual(['earning-rule', 'challenge', 'tier']);
    expect(trace[2]?.reason).toBe('“Silver” is reached: 150 of 100 points. It gives the badge “Badge loyal”.');
    expect(book.record(aReview(SATURDAY), { member: 'bo' }).trace[2]?.reason).toBe(
      '“Silver” is reached: 150 of 100 points. All 1 of the badge “Badge loyal” are given.',
    );
  });

  test('gives the badges of all tiers passed on the way up', () => {
    const badges = ['a', 'b', 'c'].map((code) => aBadge({ code, goal: null }));
    const [first, second, third] = ['a', 'b', 'c'].map((badge, rank) =>
      aTier({ code: `tier-${badge}`, rank, threshold: `${50 * rank}`, badge }),
    );
    const spending = aTier({ code: 'spender', rank: 1.5, metric: 'VALUE_SPENT', badge: 'b' });
    const all = [third, spending, second, first].flatMap((tier) => (tier === undefined ? [] : [tier]));
    const evaluation = new GameBook(
      aGame({ tiers: all, badges, rules: [aRule({ trigger: 'review', points: fixed(200) })] }),
    ).record(aReview(SATURDAY));
    expect(evaluation.game?.awards.map(({ badge, cause }) => `${badge.code} by ${cause.code}`)).toEqual([
      'a by tier-a',
      'b by tier-b',
      'c by tier-c',
    ]);
    expect(evaluation.game?.tier).toEqual({ from: null, to: 'tier-c', direction: 'UP' });
  });

  test('counts money in hundredths of the programme’s currency, and activities of every type', () => {
    const spender = aTier({ metric: 'VALUE_SPENT', threshold: '100.50' });
    const regular = aTier({ code: 'regular', rank: 2, metric: 'ACTIVITY_COUNT', threshold: '3' });
    const book = new GameBook(aGame({ tiers: [spender, regular] }));
    const buy = (amount: string, currencyCode = 'SEK') => book.record(aPurchase({ value: { amount, currencyCode } }));
    expect(told(buy('100.49')).lines).toEqual(['silver no: 100.49 of 100.5 SEK towards “Silver”.']);
    expect(told(buy('5', 'EUR')).lines).toEqual(['silver no: 100.49 of 100.5 SEK towards “Silver”.']);
    expect(buy('0.01').game?.tier).toEqual({ from: null, to: 'regular', direction: 'UP' });
  });

  test('looks at whole local days of the programme within its window, as of the recording', () => {
    const weekly = aTier({ metric: 'ACTIVITY_COUNT', threshold: '2', windowMs: 7 * DAY });
    const book = new GameBook(aGame({ tiers: [weekly] }));
    const recordedAt = SATURDAY;
    // Midnight of the Sunday six days before is 23:00 UTC on the Saturday before it.
    const first = Date.parse('2026-11-14T23:00:00Z');
    book.record(aReview(first - 1), { recordedAt });
    expect(book.record(aReview(SATURDAY), { recordedAt }).game?.tier).toBeNull();
    expect(book.record(aReview(first), { recordedAt }).game?.tier).toMatchObject({ to: 'silver' });
  });

  test('is held since the recording of what reached it, however late that was', () => {
    const book = new GameBook(aGame({ tiers: [bas] }));
    const { game } = book.record(aReview(SATURDAY), { recordedAt: SATURDAY + 5 * DAY });
    expect(game?.standing).toEqual({ tier: 'bas', since: SATURDAY + 5 * DAY, keepUntil: null });
  });

  test('is not reached a fraction of a hundredth below its threshold', () => {
    const book = new GameBook(aGame({ tiers: [aTier({ metric: 'VALUE_SPENT', threshold: '100.005' })] }));
    const buy = (amount: string) => book.record(aPurchase({ value: { amount, currencyCode: 'SEK' } })).game?.tier;
    expect(buy('100.00')).toBeNull();
    expect(buy('0.01')).toMatchObject({ to: 'silver' });
  });

  test('is never taken away by an activity, which only lifts the threat of losing it', () => {
    const weekly = aTier({ metric: 'ACTIVITY_COUNT', threshold: '2', windowMs: 7 * DAY });
    const book = new GameBook(aGame({ tiers: [bas, weekly] }));
    book.member('anna').standing = { tier: 'silver', since: 0, keepUntil: SATURDAY - 1 };
    const short = book.record(aReview(SATURDAY)).game;
    expect([short?.tier, short?.standing]).toEqual([null, null]);
    const again = book.record(aReview(SATURDAY)).game;
    expect(again?.tier).toBeNull();
    expect(again?.standing).toEqual({ tier: 'silver', since: 0, keepUntil: null });
  });

  test('that is no longer in force neither multiplies nor changes before the next review', () => {
    const book = new GameBook(aGame({ tiers: [bas, silver], rules }));
    book.member('anna').standing = { tier: 'platinum', since: 0, keepUntil: null };
    const evaluation = book.record(aReview(SATURDAY));
    expect(totalOf(evaluation)).toBe(60);
    expect(evaluation.game?.standing).toBeNull();
    expect(told(evaluation).lines[1]).toBe('bas no: The tier platinum is no longer in force; the next review decides.');
  });
});

describe('a programme', () => {
  test('needs the game only for active challenges, badges and tiers, and names the windows of its tiers once', () => {
    expect(requiresGame(aGame({}))).toBe(false);
    expect(requiresGame(aGame({ challenges: [aChallenge({ status: 'PAUSED' })] }))).toBe(false);
    for (const parts of [{ challenges: [aChallenge()] }, { badges: [aBadge({ goal: null })] }, { tiers: [bas] }]) {
      expect(requiresGame(aGame(parts))).toBe(true);
    }
    const programme = aGame({
      tiers: [silver, { ...gold, windowMs: DAY }, { ...bas, windowMs: DAY, status: 'DRAFT' }],
    });
    expect(new Set(windowsOf(programme))).toEqual(new Set([null, DAY]));
    expect(
      tiersOf(programme)
        .map(({ code }) => code)
        .sort(),
    ).toEqual(['gold', 'silver']);
    expect(tiersOf(programme)).toBe(tiersOf(programme));
  });

  test('evaluates without the game when the state has none', () => {
    const { game, trace } = new GameBook(aGame({})).record(aReview(SATURDAY));
    expect([game, trace]).toEqual([null, []]);
  });
});

describe('a window', () => {
  test('holds whole local days, the running one among them, also when the clock changes between', () => {
    const zone = 'Europe/Stockholm';
    const day = (date: string) => Date.parse(`${date}T00:00:00Z`) / DAY;
    // Half an hour after midnight on the day after the clock went back, and after it went forward.
    expect(windowStart(30 * DAY, Date.parse('2026-10-25T23:30:00Z'), zone)).toBe(day('2026-09-27'));
    expect(windowStart(30 * DAY, Date.parse('2026-03-29T22:30:00Z'), zone)).toBe(day('2026-03-01'));
    expect(windowStart(DAY, SATURDAY, zone)).toBe(day('2026-11-21'));
    expect(windowStart(DAY / 2, SATURDAY, zone)).toBe(day('2026-11-21'));
    expect(windowStart(1.5 * DAY, SATURDAY, zone)).toBe(day('2026-11-20'));
    expect(windowStart(null, SATURDAY, zone)).toBeNull();
  });
});
