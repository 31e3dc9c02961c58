import { describe, expect, test } from '@jest/globals';
import { anItem, aPurchase, SATURDAY } from './facts.ts';
import { aCampaign, aProgramme, aRule, cap, fixed, told, UsageBook } from './programmes.ts';

const DAY = 86_400_000;

const record = (...programme: Parameters<typeof aProgramme>) =>
  told(new UsageBook().record(aProgramme(...programme), aPurchase()));

describe('campaigns', () => {
  test('double points this week when buying from three categories', () => {
    const condition = 'distinct(activity.items.map(i, i.category)).size() >= 3';
    const programme = aProgramme([aRule()], [aCampaign({ condition })]);
    const basket = (...categories: string[]) => aPurchase({ items: categories.map((category) => anItem(category)) });
    expect(told(new UsageBook().record(programme, basket('tents', 'boots', 'maps')))).toEqual({
      credits: ['EARN 52 purchase', 'BONUS 52 double'],
      lines: ['purchase 52: 1 point per 10.00 SEK of 523.00 SEK', 'double 52: Multiplies by 2.'],
    });
    expect(told(new UsageBook().record(programme, basket('tents', 'boots', 'boots')))).toEqual({
      credits: ['EARN 52 purchase'],
      lines: ['purchase 52: 1 point per 10.00 SEK of 523.00 SEK', 'double no: The condition was not met.'],
    });
  });

  test('name the campaigns that multiplied on the line of the rule', () => {
    const [line] = new UsageBook().record(aProgramme([aRule()], [aCampaign()]), aPurchase()).trace;
    expect(line?.multipliers).toEqual([{ kind: 'campaign', code: 'double', version: 1, name: 'Campaign double' }]);
  });

  test('all multiply one after the other, and of the HIGHEST only the largest takes part', () => {
    const campaigns = [
      aCampaign({ code: 'd', multiplier: '3', stacking: 'HIGHEST' }),
      aCampaign({ code: 'c', multiplier: '3.0', stacking: 'HIGHEST', bonus: 7 }),
      aCampaign({ code: 'b', multiplier: '1.5' }),
      aCampaign({ code: 'a', multiplier: '2.99', stacking: 'HIGHEST' }),
    ];
    // 52, times 1.5 is 78, times 3.0 is 234.
    expect(record([aRule()], campaigns)).toEqual({
      credits: ['EARN 52 purchase', 'BONUS 26 b', 'BONUS 156 c', 'BONUS 7 c'],
      lines: [
        'purchase 52: 1 point per 10.00 SEK of 523.00 SEK',
        'a 0: Campaign c multiplies by at least as much.',
        'b 26: Multiplies by 1.5.',
        'c 163: Multiplies by 3.0. Adds 7 points.',
        'd 0: Campaign c multiplies by at least as much.',
      ],
    });
  });

  test('share out the rounded-down product, so that nothing is lost to rounding twice', () => {
    const campaigns = ['a', 'b', 'c'].map((code) => aCampaign({ code, multiplier: '1.1' }));
    // 5 × 1.1 = 5.5, × 1.1 = 6.05, × 1.1 = 6.655
    expect(record([aRule({ points: fixed(5) })], campaigns).credits).toEqual(['EARN 5 purchase', 'BONUS 1 b']);
  });

  test('follow the pending time and expiry of the rule they multiply; a bonus of their own is active at once', () => {
    const rule = aRule({ pendingForMs: DAY, expiresAfterMs: DAY });
    const { postings } = new UsageBook().record(aProgramme([rule], [aCampaign({ bonus: 5 })]), aPurchase());
    expect(postings.map(({ points, activeAt, expiresAt }) => [points, activeAt, expiresAt])).toEqual([
      [52, SATURDAY + DAY, SATURDAY + 2 * DAY],
      [52, SATURDAY + DAY, SATURDAY + 2 * DAY],
      [5, SATURDAY, null],
    ]);
    expect(postings.map(({ reason }) => reason)).toEqual([
      '1 point per 10.00 SEK of 523.00 SEK',
      'Times 2 on Rule purchase',
      '5 points extra',
    ]);
  });

  test('give their bonus once for each activity, also when no rule matches', () => {
    const campaign = aCampaign({ multiplier: null, bonus: 25, triggers: ['purchase'] });
    expect(record([aRule({ condition: 'false' })], [campaign])).toEqual({
      credits: ['BONUS 25 double'],
      lines: ['purchase no: The condition was not met.', 'double 25: Adds 25 points.'],
    });
    expect(record([aRule({ code: 'a' }), aRule({ code: 'b' })], [campaign]).credits).toEqual([
      'EARN 52 a',
      'EARN 52 b',
      'BONUS 25 double',
    ]);
  });

  test('listen to every type unless types are named', () => {
    const programme = aProgramme(
      [],
      [aCampaign({ multiplier: null, bonus: 1 }), aCampaign({ code: 'x', triggers: ['a'] })],
    );
    const share = new UsageBook().record(programme, aPurchase({ type: 'share' }));
    expect(told(share).lines).toEqual(['double 1: Adds 1 point.']);
  });

  test('stop exactly at their budget and say so', () => {
    const programme = aProgramme([aRule()], [aCampaign({ budget: 60, bonus: 5 })]);
    const book = new UsageBook();
    expect(told(book.record(programme, aPurchase())).lines[1]).toBe('double 57: Multiplies by 2. Adds 5 points.');
    expect(told(book.record(programme, aPurchase()))).toEqual({
      credits: ['EARN 52 purchase', 'BONUS 3 double'],
      lines: [
        'purchase 52: 1 point per 10.00 SEK of 523.00 SEK',
        'double 3 of 57: Multiplies by 2. Adds 5 points. Only 3 of 57 points were given. The budget of 60 points is used up.',
      ],
    });
    expect(told(book.record(programme, aPurchase())).lines[1]).toContain('The budget of 60 points is used up.');
    expect(book.totals.get('everyone campaign:double|PROGRAM|LIFETIME')).toEqual({ count: 2, points: 60 });
  });

  test('leave the stage to the next highest once their budget is used up', () => {
    const campaigns = [
      aCampaign({ code: 'a', multiplier: '3', stacking: 'HIGHEST', budget: 50 }),
      aCampaign({ code: 'b', multiplier: '2', stacking: 'HIGHEST' }),
    ];
    const programme = aProgramme([aRule({ points: fixed(50) })], campaigns);
    const book = new UsageBook();
    expect(told(book.record(programme, aPurchase())).credits).toEqual(['EARN 50 purchase', 'BONUS 50 a']);
    expect(told(book.record(programme, aPurchase())).credits).toEqual(['EARN 50 purchase', 'BONUS 50 b']);
  });

  test('lose their extra points before the rule loses its own when a cap cuts', () => {
    const rule = aRule({ points: fixed(50), caps: [cap('DAY', { points: 120 })] });
    const programme = aProgramme([rule], [aCampaign({ code: 'a' }), aCampaign({ code: 'b', budget: 1000 })]);
    const book = new UsageBook();
    // 50 base, 50 for a, 100 for b: the cap leaves 20 of b, and b's budget pays for 20 only.
    expect(told(book.record(programme, aPurchase())).credits).toEqual(['EARN 50 purchase', 'BONUS 50 a', 'BONUS 20 b']);
    expect(book.totals.get('everyone campaign:b|PROGRAM|LIFETIME')).toEqual({ count: 1, points: 20 });
    expect(book.totals.get('member-1 earning-rule:purchase|MEMBER|DAY:2026-11-21')).toEqual({ count: 1, points: 120 });
    expect(told(book.record(programme, aPurchase())).credits).toEqual([]);
  });

  test('outside their time or broken say so', () => {
    const campaigns = [
      aCampaign({ code: 'a', startsAt: SATURDAY + 1000 }),
      aCampaign({ code: 'b', endsAt: SATURDAY }),
      aCampaign({ code: 'c', multiplier: '0.5' }),
      aCampaign({ code: 'd', condition: 'activity.value' }),
      aCampaign({ code: 'e', status: 'PAUSED' }),
      aCampaign({ code: 'f', triggers: ['review'] }),
    ];
    expect(record([], campaigns).lines).toEqual([
      'a no: The campaign starts at 2026-11-21T08:30:01Z.',
      'b no: The campaign ended at 2026-11-21T08:30:00Z.',
      'c no: The campaign cannot be evaluated: The multiplier 0.5 is below 1.',
      'd no: The campaign cannot be evaluated: A condition must be true or false, but this is an amount of money.',
    ]);
  });
});
