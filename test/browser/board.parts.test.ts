import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { weigh, weighPage } from '../../scripts/support/page-weight.ts';
import { BUILT_IN_CODES } from '../../src/features/activities/activity-types.built-ins.ts';
import { type Place, placesOf } from '../../src/web/board/data/standings.ts';
import type { BoardInfo, Entry } from '../../src/web/board/data/types.ts';
import { Formats, isoWeek } from '../../src/web/board/formats.ts';
import { words } from '../../src/web/board/words.ts';
import { activityWord } from '../../src/web/shared/activity-words.ts';
import { AVATAR_COLOURS, colourOf, initialsOf } from '../../src/web/shared/avatars.ts';
import { backoffMs } from '../../src/web/shared/connection/backoff.ts';
import { languageOf } from '../../src/web/shared/language.ts';

const MOST_BYTES = 45_000;

/** The brightness of an sRGB colour as the accessibility guidelines (WCAG 2) define it, 0 to 1. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function entry(displayName: string, score: number, member: string | null = null): Entry {
  return {
    rank: 1,
    score,
    displayName,
    member: member === null ? null : { id: member },
    reachedAt: `2026-11-01T00:00:${String(score % 60).padStart(2, '0')}Z`,
  };
}

function keys(places: readonly Place[]): string[] {
  return places.map(({ key }) => key);
}

describe('an avatar', () => {
  it('keeps a contrast of 5 : 1 between its letters and every background', () => {
    for (const colour of AVATAR_COLOURS) {
      expect({ colour, isReadable: 1.05 / (luminance(colour) + 0.05) >= 5 }).toEqual({ colour, isReadable: true });
    }
  });

  it('shows the first letters of the first and the last name, as readers see letters', () => {
    const names = [
      'Astrid Lindqvist',
      'Åsa Maria von Öberg',
      'Fjällräv17',
      '  ',
      'lars-göran ek',
      'A\u030Asa Ek',
      '1 2',
    ];
    expect(names.map(initialsOf)).toEqual(['AL', 'ÅÖ', 'F', '', 'LE', 'A\u030AE', '12']);
  });

  it('has the same colour for a name everywhere, and spreads names over all colours', () => {
    const drawn = Array.from({ length: 600 }, (_, index) => colourOf(`Member ${index}`));
    expect(colourOf('Member 1')).toBe(drawn[1]);
    for (const colour of AVATAR_COLOURS) expect(drawn.filter((one) => one === colour).length).toBeGreaterThan(20);
  });
});

describe('a place', () => {
  it('of a public member is known again by id', () => {
    expect(keys(placesOf([entry('Anna', 5, 'a'), entry('Bo', 4, 'b')], []))).toEqual(['a', 'b']);
  });

  it('of members who share a name or have none is known again by what did not change', () => {
    const before = placesOf([entry('Hidden', 30), entry('Hidden', 20), entry('Hidden', 10)], []);
    const [first, second, third] = keys(before);
    expect(new Set(keys(before)).size).toBe(3);
    // The second passed the first.
    const after = placesOf([entry('Hidden', 35), entry('Hidden', 30), entry('Hidden', 10)], before);
    expect(keys(after)).toEqual([second, first, third]);
  });

  it('never has the key of another, whoever comes and goes', () => {
    let places: Place[] = [];
    for (const scores of [
      [9, 9, 4],
      [9, 4],
      [12, 9, 9, 4],
      [1, 1, 1, 1, 1],
    ]) {
      places = placesOf(
        scores.map((score) => entry('Hidden', score)),
        places,
      );
      expect(new Set(keys(places)).size).toBe(scores.length);
    }
  });
});

describe('what a board says', () => {
  const program = { name: 'Club', timeZone: 'Europe/Stockholm', currencyCode: 'SEK' };
  const season = { id: 's', startsAt: '2026-10-31T23:00:00Z', endsAt: '2026-11-30T23:00:00Z', closedAt: null };
  const board: BoardInfo = {
    code: 'b',
    name: 'B',
    description: null,
    metric: 'POINTS_EARNED',
    period: 'MONTH',
    season,
  };
  const sv = new Formats('sv', words.sv, program);
  const en = new Formats('en', words.en, program);

  it('names seasons by the calendar of the programme, not of the reader', () => {
    expect([en.season(board, season), sv.season(board, season)]).toEqual(['November 2026', 'November 2026']);
    const week = { ...season, startsAt: '2026-11-15T23:00:00Z', endsAt: '2026-11-22T23:00:00Z' };
    expect(sv.season({ ...board, period: 'WEEK' }, week)).toBe('Vecka 47, 2026');
    expect(en.season({ ...board, period: 'ALL_TIME' }, { ...season, endsAt: null })).toBe('All time');
    const day = { ...season, startsAt: '2026-11-20T23:00:00Z', endsAt: '2026-11-21T23:00:00Z' };
    expect(sv.season({ ...board, period: 'DAY' }, day)).toBe('Lördag 21 november');
  });

  it('counts weeks as ISO 8601 does around New Year', () => {
    const weeks = ['2026-01-01', '2027-01-01', '2024-12-30', '2021-01-03'].map((day) => isoWeek(new Date(day)));
    expect(weeks.map(({ week, year }) => `${year}-${week}`)).toEqual(['2026-1', '2026-53', '2025-1', '2020-53']);
  });

  it('writes scores and distances as the language does', () => {
    expect([en.score(board, 12_345), sv.score(board, 12_345)]).toEqual(['12,345', '12\u00A0345']);
    expect(sv.score({ ...board, metric: 'ACTIVITY_VALUE' }, 123_450)).toBe('1\u00A0234,50');
    expect(en.unit({ ...board, metric: 'ACTIVITY_COUNT' }, 1)).toBe('activity');
    const now = Date.parse('2026-11-21T22:00:00Z');
    expect([en.until('2026-11-30T23:00:00Z', now), sv.until('2026-11-22T01:00:00Z', now)]).toEqual([
      'in 9 days',
      'om 3 timmar',
    ]);
  });

  it('is Swedish or English, whichever the reader prefers', () => {
    expect(languageOf(['sv-FI', 'en'])).toBe('sv');
    expect(languageOf([null, 'de-DE', 'en-GB', 'sv'])).toBe('en');
    expect(languageOf(['de'])).toBe('en');
  });
});

describe('an award', () => {
  it('is told by what was done, never by an amount that somebody paid', () => {
    const reason = '1 point per 10 SEK of 899.00 SEK';
    expect(activityWord({ activityType: 'purchase', reason }, 'sv')).toBe('Köp');
    expect(activityWord({ activityType: 'ski-day', reason }, 'en')).toBe('Ski day');
    expect(activityWord({ activityType: null, reason: 'First of November' }, 'en')).toBe('First of November');
  });

  it('has a word for every built-in activity', () => {
    for (const activityType of BUILT_IN_CODES) {
      const [sv, en] = (['sv', 'en'] as const).map((language) => activityWord({ activityType, reason: '' }, language));
      expect({ activityType, isTranslated: sv !== en }).toEqual({ activityType, isTranslated: true });
    }
  });
});

describe('a lost connection', () => {
  it('is tried again after growing, scattered waits of at most 10 seconds', () => {
    expect([0, 1, 2, 3].map((attempt) => backoffMs(attempt, 1))).toEqual([500, 1_000, 2_000, 4_000]);
    expect(backoffMs(0, 0)).toBe(250);
    expect(backoffMs(1_000_000, 1)).toBe(10_000);
  });
});

describe('the build', () => {
  it('keeps the live page and the custom element below 45 kB', async () => {
    await promisify(execFile)(process.execPath, ['scripts/build-web.ts']);
    const page = await weighPage('dist/web', 'index.html');
    const embed = await weigh(join('dist/web', 'embed', 'pokal-leaderboard.js'));
    expect(page).toBeGreaterThan(10_000);
    expect(page).toBeLessThan(MOST_BYTES);
    expect(embed).toBeLessThan(MOST_BYTES);
  }, 120_000);
});
