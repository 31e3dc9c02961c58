import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx } from '../../platform/tx.ts';

/** What is known of somebody who is about to be enrolled, beside the profile. */
export interface Newcomer {
  email: string | null;
  externalId: string | null;
  /** As it was typed. */
  referralCode: string | null;
  deviceFingerprint: string | null;
  clientAddress: string | null;
}

/** What another feature has to say when somebody enrols; the composition root hands it in, because members knows none. */
export interface EnrolmentPort {
  /** What to lock beside the member, so that those who enrol at the same time see each other. */
  locksOf(newcomer: Newcomer): string[];
  /** Enrols, and counts it as a guess when the code is nobody's. @throws Refusal RATE_LIMITED after too many of those. */
  limitGuesses<Done>(newcomer: Newcomer, actor: string, enrol: () => Promise<Done>): Promise<Done>;
  /**
   * Asked before anybody is enrolled.
   * @returns what to do in the same transaction once the member exists.
   * @throws Refusal REFERRAL_REJECTED
   */
  admitIn(tx: Tx, newcomer: Newcomer): Promise<(memberId: string) => Promise<void>>;
}

/** Where nobody refers: every code is refused, and how somebody enrols is not kept. */
export const nobodyRefers: EnrolmentPort = {
  locksOf: () => [],
  limitGuesses: (_newcomer, _actor, enrol) => enrol(),
  admitIn: async (_tx, { referralCode }) => {
    if (referralCode === null) return async () => {};
    throw new Refusal(
      ErrorCode.REFERRAL_REJECTED,
      'No referral programme is active, so no referral code is accepted. Enrol the member without one.',
      { path: ['input', 'referralCode'], details: { reason: 'PROGRAM_OFF' } },
    );
  },
};
