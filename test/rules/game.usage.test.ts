import { describe, expect, test } from '@jest/globals';
import { requiredUsage } from '../../src/rules/evaluate.ts';
import { emptyGoal } from '../../src/rules/goal-codec.ts';
import { SATURDAY } from './facts.ts';
import { aBadge, aChallenge, aGame, aGoal, aReview, aTier, DAY } from './games.ts';

describe('the usage that an activity needs', () => {
  const limited = aBadge({ limit: 5, goal: null });
  const needed = (programme: ReturnType<typeof aGame>, at: number, times = 0, type = 'review') =>
    requiredUsage(programme, 'anna', aReview(at, { type }), () => ({ ...emptyGoal(), times })).map(({ key }) => key);

  test('names common goals and editions of what is running, and nothing else', () => {
    const spanned = { startsAt: SATURDAY, endsAt: SATURDAY + DAY };
    const programme = aGame({
      challenges: [
        aChallenge({ code: 'a', mode: 'COMMUNITY', badge: 'other', ...spanned }),
        aChallenge({ code: 'b', badge: 'critic', ...spanned }),
        aChallenge({ code: 'c' }),
      ],
      badges: [limited, aBadge({ code: 'other', limit: 5, goal: null }), aBadge({ code: 'free', goal: null })],
    });
    for (const outside of [SATURDAY - 1, SATURDAY + DAY]) expect(needed(programme, outside)).toEqual([]);
    for (const inside of [SATURDAY, SATURDAY + DAY - 1]) {
      expect(needed(programme, inside)).toEqual(['challenge:a|COMMUNITY|0', 'badge:critic|LIMIT']);
    }
    expect(needed(programme, SATURDAY, 0, 'purchase')).toEqual([]);
  });

  test('leaves out editions of badges that the member has and cannot get again', () => {
    const goal = aGoal({ activityTypes: ['review'] });
    expect(needed(aGame({ badges: [{ ...limited, goal }] }), SATURDAY, 1)).toEqual([]);
    expect(needed(aGame({ badges: [{ ...limited, goal, repeatable: true }] }), SATURDAY, 1)).toEqual([
      'badge:critic|LIMIT',
    ]);
  });

  test('has the editions that tiers give for activities of every type', () => {
    const programme = aGame({ tiers: [aTier({ badge: 'critic' })], badges: [limited] });
    expect(needed(programme, SATURDAY, 0, 'anything')).toEqual(['badge:critic|LIMIT']);
  });
});
