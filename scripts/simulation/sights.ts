import type { Model } from './model/model.ts';

/** What of all that can become of a club a model shows just now: histories that never show it show nothing about it. */
export function sightsOf({ people, referring, activities, redeeming, together, now }: Model): string[] {
  const persons = [...people.values()];
  const referrals = [...referring.referrals.values()];
  const awards = persons.flatMap(({ game }) => game.awards);
  const seen: [string, boolean][] = [
    ['points are owed', persons.some(({ purse }) => purse.owed > 0)],
    ['points wait', persons.some(({ purse }) => purse.pending() > 0)],
    ['points have expired', persons.some(({ purse }) => purse.expired > 0)],
    ['points were taken back', persons.some(({ purse }) => purse.reversed > 0)],
    ['a tier is gold', persons.some(({ game }) => game.isGold)],
    ['a tier is at risk', persons.some(({ game }) => game.keepUntil !== null)],
    ['a challenge is completed', persons.some(({ game }) => game.completions.length > 0)],
    ['a community challenge is completed', together.completedAt !== null],
    ['a badge is revoked', awards.some(({ revoked }) => revoked)],
    ['an activity is partly reversed', [...activities.values()].some(({ left }) => left > 0 && left < 1_000_000)],
    ['an activity is reversed', [...activities.values()].some(({ left }) => left === 0)],
    ['a voucher has expired', [...redeeming.all.values()].some((one) => redeeming.statusOf(one, now) === 'EXPIRED')],
    ['a referral pays two', referrals.some(({ rewards }) => rewards.length > 1)],
    ...(['PENDING', 'FLAGGED', 'REJECTED', 'REWARDED', 'REVERSED'] as const).map((status): [string, boolean] => {
      return [`a referral is ${status}`, referrals.some((referral) => referral.status === status)];
    }),
  ];
  return seen.flatMap(([sight, isThere]) => (isThere ? [`seen: ${sight}`] : []));
}
