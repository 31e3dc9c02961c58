import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { weighPage } from '../../scripts/support/page-weight.ts';
import type { ChallengeProgress, LadderStep, MemberEvent, StreakState } from '../../src/web/me/data/types.ts';
import { greatestFirst, type Win, winsAfter } from '../../src/web/me/data/wins.ts';
import { Formats, spanOf } from '../../src/web/me/formats.ts';
import { COLOURS, emblemOf } from '../../src/web/me/view/emblems.ts';
import { ladderView } from '../../src/web/me/view/ladder-view.ts';
import { isDoneForNow, isRunningStreak } from '../../src/web/me/view/streak-view.ts';
import { heightAt, placeOn, trailOf } from '../../src/web/me/view/trail.ts';
import { words } from '../../src/web/me/words.ts';

const MOST_BYTES = 50_000;

/** The brightness of an sRGB colour as the accessibility guidelines (WCAG 2) define it, 0 to 1. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((left, right) => left - right);
  return (light + 0.05) / (dark + 0.05);
}

function step(code: string, at: number, value: number, kind: LadderStep['kind'] = 'TIER'): LadderStep {
  const [reached, remaining] = [value >= at, String(Math.max(0, at - value))];
  const percent = at === 0 ? 100 : Math.min(100, (value / at) * 100);
  return { kind, code, name: code, at: String(at), reached, remaining, percent, unit: 'POINTS' };
}

const sizes = fc.record({ width: fc.integer({ min: 280, max: 1_400 }), count: fc.integer({ min: 1, max: 9 }) });

describe('the way up', () => {
  it('rises from step to step, each of them level ground within the picture', () => {
    fc.assert(
      fc.property(sizes, ({ width, count }) => {
        const trail = trailOf(width, 400, count, 100);
        trail.steps.forEach(({ x, y }, index) => {
          expect(x - trail.ground / 2).toBeGreaterThan(0);
          expect(x + trail.ground / 2).toBeLessThan(width);
          expect(heightAt(trail, x - trail.ground / 2)).toBeCloseTo(heightAt(trail, x + trail.ground / 2), 6);
          expect(y).toBeLessThan(trail.steps[index - 1]?.y ?? 400);
          expect(y).toBeGreaterThanOrEqual(100);
        });
      }),
    );
  });

  it('places a member further on with every point, and short of a step that is not reached', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), ({ width, count }, share) => {
        const trail = trailOf(width, 400, count, 100);
        for (let reached = 0; reached < count; reached += 1) {
          const here = placeOn(trail, reached, share);
          const next = trail.steps[reached];
          expect(here).toBeGreaterThanOrEqual(placeOn(trail, reached, share / 2));
          expect(here).toBeLessThan((next?.x ?? 0) - trail.ground / 2);
          expect(here).toBeGreaterThanOrEqual(trail.steps[reached - 1]?.x ?? 0);
        }
        expect(placeOn(trail, count, 1)).toBe(trail.steps.at(-1)?.x);
      }),
    );
  });

  it('leads through the tiers, and leaves rewards to the side of it', () => {
    const steps = [step('bas', 0, 488), step('silver', 500, 488), step('cap', 490, 488, 'REWARD')];
    const view = ladderView({ steps }, 5);
    expect(view.rungs.map(({ step: { code } }) => code)).toEqual(['bas', 'silver']);
    expect([view.next?.code, view.reached, view.hidden]).toEqual(['silver', 1, 1]);
    expect(view.share).toBeCloseTo(0.976, 6);
  });

  it('leads through the rewards where there are no tiers, and nowhere when all is reached', () => {
    const rewards = [step('mug', 100, 600, 'REWARD'), step('cap', 500, 600, 'REWARD')];
    const view = ladderView({ steps: rewards }, 5);
    expect([view.rungs.length, view.reached, view.share, view.next]).toEqual([2, 2, 1, null]);
  });

  it('shows a step behind, the next and the last where there is no room for all', () => {
    const steps = Array.from({ length: 9 }, (_, index) => step(`tier-${index}`, index * 100, 350));
    const codes = (room: number) => ladderView({ steps }, room).rungs.map(({ step: { code } }) => code);
    expect(codes(4)).toEqual(['tier-3', 'tier-4', 'tier-5', 'tier-8']);
    expect(codes(2)).toEqual(['tier-3', 'tier-8']);
    expect(codes(9)).toHaveLength(9);
  });

  it('does not compare points with money between two steps', () => {
    const silver: LadderStep = { ...step('silver', 5_000, 4_500), unit: 'MONEY' };
    expect(ladderView({ steps: [step('bas', 10, 700), silver] }, 5).share).toBe(0.9);
  });
});

describe('what is won', () => {
  const badge = { code: 'b', name: 'B', description: '', imageUrl: null };
  const awarded: MemberEvent = { __typename: 'BadgeAwarded', id: '1', cursor: 'c', award: { id: 'a', badge } };
  const changed = (id: string, direction: 'UP' | 'DOWN', name: string): MemberEvent => ({
    ...{ __typename: 'TierChanged', id, cursor: 'c' },
    ...{ direction, to: { name } },
  });
  const winsOf = (...events: MemberEvent[]) => events.reduce<readonly Win[]>(winsAfter, []);

  it('is told once, however often its event comes', () => {
    expect(winsOf(awarded, awarded)).toEqual([{ id: '1', kind: 'BADGE', awardId: 'a', badge }]);
  });

  it('is nothing to be glad about when it is taken back before anybody looked', () => {
    expect(winsOf(awarded, { __typename: 'BadgeRevoked', id: '2', cursor: 'c', award: { id: 'a' } })).toEqual([]);
  });

  it('is the last tier only, and a lost one is no win', () => {
    expect(winsOf(changed('1', 'UP', 'Silver'), changed('2', 'UP', 'Guld'))).toEqual([
      { id: '2', kind: 'TIER', name: 'Guld' },
    ]);
    expect(winsOf(changed('3', 'DOWN', 'Bas'))).toEqual([{ id: '3', kind: 'TIER_DOWN', name: 'Bas' }]);
  });

  it('comes in order of greatness', () => {
    const done: MemberEvent = {
      ...{ __typename: 'ChallengeCompleted', id: '9', cursor: 'c' },
      progress: { challenge: { name: 'Five', points: 5 } },
    };
    const kinds = greatestFirst(winsOf(done, awarded, changed('2', 'UP', 'Silver'))).map(({ kind }) => kind);
    expect(kinds).toEqual(['TIER', 'BADGE', 'CHALLENGE']);
  });
});

describe('what the member page writes', () => {
  const program = { name: 'Club', timeZone: 'Europe/Stockholm', currencyCode: 'SEK' };
  const sv = new Formats('sv', words.sv, program, null);
  const en = new Formats('en', words.en, program, 'America/New_York');

  it('gives amounts their unit', () => {
    expect(sv.amount('MONEY', '1234.5').replaceAll('\u00A0', ' ')).toBe('1 234,50 kr');
    expect([en.amount('POINTS', '1'), en.amount('ACTIVITIES', '2')]).toEqual(['1 point', '2 activities']);
    expect([sv.signed(-15), en.signed(1_200)]).toEqual(['−15', '+1,200']);
  });

  it('names spans as people do', () => {
    expect(['P365D', 'P730D', 'P90D', 'P14D', 'P10D', 'P1Y'].map(spanOf)).toEqual([
      ['month', 12],
      ['year', 2],
      ['month', 3],
      ['week', 2],
      ['day', 10],
      ['month', 12],
    ]);
  });

  it('tells days apart where the member is', () => {
    const now = Date.parse('2026-11-22T04:00:00Z');
    expect(en.dayLabel('2026-11-22T03:00:00Z', now)).toBe('Today');
    expect(sv.dayLabel('2026-11-21T22:00:00Z', now)).toBe('I går');
    expect(en.dayLabel('2025-03-09T12:00:00Z', now)).toBe('9 March 2025');
  });

  it('knows from when a streak ends whether the present period is done, also when clocks are set', () => {
    const now = Date.parse('2026-11-22T10:00:00Z');
    const streak = (freezesLeft: number, endsAt: string | null): StreakState => ({
      ...{ current: 3, best: 3 },
      ...{ freezesLeft, endsAt },
    });
    // Without freezes it lasts until tonight, or, when today is done, until tomorrow night.
    expect(isDoneForNow(streak(0, '2026-11-22T23:00:00Z'), 'DAY', sv, now)).toBe(false);
    expect(isDoneForNow(streak(0, '2026-11-23T23:00:00Z'), 'DAY', sv, now)).toBe(true);
    expect(isDoneForNow(streak(2, '2026-11-24T23:00:00Z'), 'DAY', sv, now)).toBe(false);
    expect(isDoneForNow(streak(2, '2026-11-25T23:00:00Z'), 'DAY', sv, now)).toBe(true);
    // A Sunday; the week ends tonight.
    expect(isDoneForNow(streak(0, '2026-11-22T23:00:00Z'), 'WEEK', sv, now)).toBe(false);
    expect(isDoneForNow(streak(0, '2026-11-29T23:00:00Z'), 'WEEK', sv, now)).toBe(true);
    expect(isDoneForNow(streak(1, '2026-12-31T23:00:00Z'), 'MONTH', sv, now)).toBe(false);
    expect(isDoneForNow(streak(1, '2027-01-31T23:00:00Z'), 'MONTH', sv, now)).toBe(true);
    const beforeSummer = Date.parse('2026-03-28T22:30:00Z');
    expect(isDoneForNow(streak(0, '2026-03-29T22:00:00Z'), 'DAY', sv, beforeSummer)).toBe(true);
    expect(isDoneForNow(streak(0, null), 'DAY', sv, now)).toBe(false);
  });
});

describe('a streak', () => {
  const streakOf = (status: ChallengeProgress['status'], current: number) =>
    ({
      ...{ challenge: { streak: { every: 'DAY', length: 3, freezes: 0 } }, status },
      streak: { current, best: 3, freezesLeft: 0, endsAt: null },
    }) as ChallengeProgress;

  it('is running until it breaks, also when it was completed, and before it has begun', () => {
    const running = [streakOf('NOT_STARTED', 0), streakOf('IN_PROGRESS', 2), streakOf('COMPLETED', 4)];
    expect(running.map(isRunningStreak)).toEqual([true, true, true]);
    expect([streakOf('COMPLETED', 0), streakOf('EXPIRED', 2)].map(isRunningStreak)).toEqual([false, false]);
  });
});

describe('a badge without a picture', () => {
  it('is drawn the same everywhere, by what its name tells where it tells something', () => {
    const pen = emblemOf({ code: 'gear-judge', name: 'Ten reviews' });
    expect(emblemOf({ code: 'gear-judge', name: 'Ten reviews' })).toEqual(pen);
    expect(pen.motif).toBe(emblemOf({ code: 'x', name: 'Skribent' }).motif);
    const drawn = Array.from({ length: 200 }, (_, index) => JSON.stringify(emblemOf({ code: `b-${index}`, name: '' })));
    expect(new Set(drawn).size).toBeGreaterThan(60);
  });

  it('keeps a contrast of 4.5 : 1 between its lines and its face', () => {
    for (const [, face, line] of COLOURS)
      expect({ face, isReadable: contrast(face, line) >= 4.5 }).toEqual({ face, isReadable: true });
  });
});

describe('the build', () => {
  it('keeps what the member page loads before it works below 50 kB', async () => {
    await promisify(execFile)(process.execPath, ['scripts/build-web.ts']);
    const page = await weighPage('dist/web', 'me.html');
    expect(page).toBeGreaterThan(10_000);
    expect(page).toBeLessThan(MOST_BYTES);
  }, 120_000);
});
