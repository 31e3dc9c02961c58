import type { Core } from '../core.ts';
import type { ReferralProgramInput } from '../features/referrals/referrals.definitions.ts';

/** What the first purchase of somebody new must be worth to count. */
export const QUALIFYING_KRONOR = 200;

/** What there is for recommending the club, in the words of the API's input. */
export const referralProgram: ReferralProgramInput = {
  qualifyingActivity: 'purchase',
  qualifyingCondition: `activity.value.amount >= ${QUALIFYING_KRONOR}`,
  levels: [150, 50, 20],
  refereePoints: 50,
  holdFor: 'P14D',
  maxPerReferrer: { per: 'MONTH', scope: 'MEMBER', points: 1_500 },
  joinUrl: 'https://shop.example/join',
  status: 'ACTIVE',
};

/** Everybody recommends the club to three others, beginning with the member as whom the demo signs in. */
const FRIENDS = 3;
const MOST_REFERRED = 24;

type ReferralTarget = Pick<Core, 'work' | 'reader' | 'members' | 'referrals' | 'enrolment'>;

/**
 * Makes chains of referrals among the first members of the club, silently.
 * @param memberIds in the order in which they joined
 * @param lateId somebody who came through them later; null for nobody
 */
export async function refer(
  { work, members, enrolment }: ReferralTarget,
  memberIds: readonly string[],
  lateId: string | null,
): Promise<void> {
  const chain = [...new Set([...memberIds.slice(0, MOST_REFERRED + 1), ...(lateId === null ? [] : [lateId])])];
  const codes = new Map((await members.byIds(chain)).map(({ id, referralCode }) => [id, referralCode]));
  await work.run({ name: 'demo.refer', locks: chain, notify: false }, async (tx) => {
    for (const [place, memberId] of chain.entries()) {
      const referralCode = codes.get(chain[Math.floor((place - 1) / FRIENDS)] ?? '');
      if (referralCode === undefined) continue;
      const unknown = { email: null, externalId: null, deviceFingerprint: null, clientAddress: null };
      const welcome = await enrolment.admitIn(tx, { ...unknown, referralCode });
      await welcome(memberId);
    }
    // They joined long ago, although they are enrolled only now.
    await tx.query(
      'update referrals r set created_at = m.joined_at from members m where m.id = r.referee_id and m.id = any ($1::uuid[])',
      [chain],
    );
  });
}

/** Pays the referrals that count by now, so that nothing of the demo's past is left to a job. */
export async function payReferrals({ reader, referrals }: ReferralTarget): Promise<void> {
  const waiting = await reader.query<{ id: string }>(
    `select id from referrals where status = 'QUALIFIED' order by qualified_at, id`,
  );
  for (const { id: referralId } of waiting) await referrals.pay({ referralId });
}
