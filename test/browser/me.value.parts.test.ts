import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Availability, ChainPlace, Reward } from '../../src/web/me/data/value-types.ts';
import { standingOf } from '../../src/web/me/friends/standing.ts';
import { type Branch, picture, treeOf, wayTo } from '../../src/web/me/friends/tree.ts';
import { friendsWords } from '../../src/web/me/friends/words.ts';
import { percentOf, shelvesOf } from '../../src/web/me/value/sorting.ts';
import { valueWords } from '../../src/web/me/value/words.ts';

/** A chain in which each hangs on one of those before, or on the member: what `hangs` says, as a share of those there are. */
function chainOf(hangs: readonly number[]): ChainPlace[] {
  const places: ChainPlace[] = [];
  for (const [index, share] of hangs.entries()) {
    const via = places[Math.floor(share * (index + 1)) - 1];
    const createdAt = new Date(1_700_000_000_000 + index * 60_000).toISOString();
    places.push({
      ...{ depth: (via?.depth ?? 0) + 1, size: 0, viaReferralId: via?.referral.id ?? null },
      ...{ valueBrought: { amount: '0', currencyCode: 'SEK' }, member: { displayName: `Friend ${index}` } },
      referral: { id: `r${index}`, status: 'PENDING', createdAt, points: 0 },
    });
    const known = new Map(places.map((place) => [place.referral.id, place]));
    for (let above = via; above !== undefined; above = known.get(above.viaReferralId ?? '')) above.size += 1;
  }
  return places.toSorted((one, other) => one.depth - other.depth);
}

const chains = fc
  .array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 120 })
  .map((hangs) => chainOf(hangs));
const rooms = fc.record({ places: fc.integer({ min: 2, max: 16 }), levels: fc.integer({ min: 1, max: 4 }) });

function countOf(branches: readonly Branch[]): number {
  return branches.reduce((sum, { branches: below }) => sum + 1 + countOf(below), 0);
}

describe('the tree of friends', () => {
  it('holds everybody once, each on the one through whom they came', () => {
    fc.assert(
      fc.property(chains, (chain) => {
        const tops = treeOf(chain);
        expect(countOf(tops)).toBe(chain.length);
        for (const place of chain) {
          const way = wayTo(tops, place.referral.id);
          expect(way.length).toBe(place.depth);
          expect(way.at(-2)?.place.referral.id ?? null).toBe(place.viaReferralId);
        }
      }),
    );
  });

  it('is drawn within its room, and whoever has none is counted', () => {
    fc.assert(
      fc.property(chains, rooms, (chain, room) => {
        const { knots, width } = picture(treeOf(chain), room);
        const people = knots.filter(({ branch }) => branch !== null).length;
        expect(people + knots.reduce((sum, { hidden }) => sum + hidden, 0)).toBe(chain.length);
        expect(width).toBeLessThanOrEqual(room.places);
        const spots = knots.map(({ x, level }) => `${x} ${level}`);
        expect(new Set(spots).size).toBe(spots.length);
        for (const { x, level } of knots) {
          expect(x).toBeLessThan(width);
          expect(level).toBeLessThanOrEqual(room.levels);
        }
      }),
    );
  });

  it('always has a place for whoever came last to the member', () => {
    fc.assert(
      fc.property(chains, rooms, (chain, room) => {
        const tops = treeOf(chain);
        const latest = tops.at(-1)?.place.referral.id;
        expect(picture(tops, room).knots.map(({ key }) => key)).toContain(latest);
      }),
    );
  });

  it('tells members of one that is being looked at as of any that waits', () => {
    expect(standingOf('FLAGGED')).toBe(standingOf('PENDING'));
    expect((['QUALIFIED', 'REWARDED', 'REVERSED'] as const).map(standingOf)).toEqual(['counts', 'rewarded', 'undone']);
  });

  it('does not tell of what was turned down or taken back', () => {
    for (const { news } of Object.values(friendsWords)) {
      expect([news('REJECTED', 'Bo', 1), news('REVERSED', 'Bo', 1)]).toEqual([null, null]);
      expect(news('JOINED', 'Bo', 1)).not.toBe(news('JOINED', 'Bo', 2));
    }
  });
});

describe('the shelves of rewards', () => {
  const rewardOf = (code: string, cost: number, availability: Partial<Availability>): Reward =>
    ({
      ...{ code, cost },
      availability: { available: false, code: null, missingPoints: null, nextPossibleAt: null, ...availability },
    }) as Reward;
  const short = (missingPoints: number) => ({ code: 'INSUFFICIENT_POINTS', missingPoints });

  it('hold the best one can have first, the nearest apart, and leave out what is over', () => {
    const shelves = shelvesOf([
      rewardOf('mug', 60, { available: true }),
      rewardOf('far', 900, short(700)),
      rewardOf('near', 250, short(50)),
      rewardOf('cap', 120, { available: true }),
      rewardOf('gone', 40, { code: 'OUT_OF_STOCK' }),
      rewardOf('over', 40, { code: 'ENDED' }),
    ]);
    const codes = (rewards: readonly Reward[]) => rewards.map(({ code }) => code);
    expect([codes(shelves.now), shelves.nearest?.code, codes(shelves.later), codes(shelves.barred)]).toEqual([
      ['cap', 'mug'],
      'near',
      ['far'],
      ['gone'],
    ]);
  });

  it('never show as had what is not', () => {
    expect(percentOf(rewardOf('near', 1_000, short(1)))).toBe(99);
    expect(percentOf(rewardOf('owing', 100, short(160)))).toBe(0);
    expect(percentOf(rewardOf('had', 100, { available: true }))).toBe(100);
  });

  it('say of every obstacle in both languages what it is', () => {
    const obstacles = ['MEMBER_NOT_ACTIVE', 'NOT_STARTED', 'ENDED', 'NOT_ELIGIBLE', 'TIER_REQUIRED', 'LIMIT_REACHED'];
    const others = [
      'OUT_OF_STOCK',
      'INSUFFICIENT_POINTS',
      'CONFLICT',
      'ALREADY_REVERSED',
      'NOT_FOUND',
      'SOMETHING_ELSE',
    ];
    for (const { whyNot } of Object.values(valueWords)) {
      const said = [...obstacles, ...others].map((code) =>
        whyNot({ code, missing: null, tier: null, perMember: null, when: null }),
      );
      expect(new Set(said).size).toBe(said.length);
    }
    expect(valueWords.en.whyNot({ code: 'LIMIT_REACHED', missing: null, tier: null, perMember: 2, when: null })).toBe(
      'You have had yours: 2 for each member.',
    );
  });
});
