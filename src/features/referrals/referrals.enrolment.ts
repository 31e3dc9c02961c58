import type { GuessLimit } from '../../api/guess-limit.ts';
import { newId } from '../../platform/ids.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx } from '../../platform/tx.ts';
import { SAFE_ALPHABET } from '../../rules/codes.ts';
import { judgeReferral, mailboxOf, type ReferralEvidence, type ReferralRefusal } from '../../rules/referrals.ts';
import type { EnrolmentPort, Newcomer } from '../members/index.ts';
import { MAILBOX } from '../members/mailbox.ts';
import type { ConfigurationStore } from '../program/index.ts';
import { findSameIn, hashesIn, insertMarksIn } from './enrolment-marks.ts';
import { readAncestors } from './referrals.chain.ts';
import { REFERRAL_PROGRAM } from './referrals.definitions.ts';
import { announceChainIn } from './referrals.events.ts';
import { flagWaitingIn, insertReferral, type ReferralRow } from './referrals.rows.ts';

/** What the referral programme has to say when somebody enrols. */
export class ReferralEnrolment implements EnrolmentPort {
  readonly #store: Pick<ConfigurationStore, 'getIn'>;
  readonly #guesses: GuessLimit;

  constructor(store: Pick<ConfigurationStore, 'getIn'>, guesses: GuessLimit) {
    this.#store = store;
    this.#guesses = guesses;
  }

  /** Whoever guesses is the newcomer when the shop says from where, and otherwise whoever enrols. */
  limitGuesses<Done>(
    { referralCode, clientAddress }: Newcomer,
    actor: string,
    enrol: () => Promise<Done>,
  ): Promise<Done> {
    if (referralCode === null) return enrol();
    const guesser = clientAddress === null ? actor : `${actor} ${clientAddress}`;
    return this.#guesses.act(guesser, enrol, isUnknownCode);
  }

  /** Those who could be the same person, or part of the same burst, enrol one after the other and see each other. */
  locksOf({ email, referralCode, deviceFingerprint, clientAddress }: Newcomer): string[] {
    return [
      ...(referralCode === null ? [] : [`referral:${readCode(referralCode)}`]),
      ...(referralCode === null || email === null ? [] : [`mailbox:${mailboxOf(email)}`]),
      ...(deviceFingerprint === null ? [] : [`device:${deviceFingerprint}`]),
      ...(clientAddress === null ? [] : [`address:${clientAddress}`]),
    ];
  }

  /**
   * Judges a newcomer before anybody is enrolled.
   * @returns what to do once the member exists.
   * @throws Refusal REFERRAL_REJECTED with `details.reason`.
   */
  async admitIn(tx: Tx, newcomer: Newcomer): Promise<(memberId: string) => Promise<void>> {
    const hashes = await hashesIn(tx, newcomer);
    const { referralCode } = newcomer;
    const referral = referralCode === null ? null : await this.#judgeIn(tx, { ...newcomer, referralCode }, hashes);
    return async (refereeId) => {
      await insertMarksIn(tx, refereeId, hashes);
      if (referral === null) return;
      await insertReferral(tx, { ...referral, refereeId });
      await announceChainIn(tx, 'JOINED', [{ ...referral, refereeId }]);
    };
  }

  async #judgeIn(
    tx: Tx,
    newcomer: Newcomer & { referralCode: string },
    hashes: Awaited<ReturnType<typeof hashesIn>>,
  ): Promise<ReferralRow> {
    const code = readCode(newcomer.referralCode);
    const evidence = await this.#evidenceIn(tx, newcomer, code, hashes);
    const verdict = judgeReferral(evidence);
    if (verdict.kind === 'REFUSED') throw rejected(verdict.reason);
    const [flag] = verdict.flags;
    if (flag !== undefined) await flagWaitingIn(tx, verdict.suspects, flag);
    const referrerId = evidence.referrer?.id ?? '';
    const nothing = { rejection: null, programVersion: null, qualifiedAt: null, rewardedAt: null, points: 0 };
    const unseen = { reviewedAt: null, reviewedBy: null, qualifyingActivityId: null };
    const status = verdict.flags.length > 0 ? 'FLAGGED' : 'PENDING';
    return {
      ...{ id: newId(), referrerId, refereeId: '', code, status, flags: [...verdict.flags], createdAt: tx.now },
      ...nothing,
      ...unseen,
    };
  }

  async #evidenceIn(
    tx: Tx,
    { email, externalId }: Newcomer,
    code: string,
    hashes: Awaited<ReturnType<typeof hashesIn>>,
  ): Promise<ReferralEvidence> {
    const program = await this.#store.getIn(tx, REFERRAL_PROGRAM, REFERRAL_PROGRAM);
    const referrer = await findReferrerIn(tx, code);
    const same = await tx.query<{ id: string; byMailbox: boolean }>(
      `select id, true as "byMailbox" from members where ${MAILBOX} = $1
       union all select id, false from members where external_id = $2`,
      [email === null ? null : mailboxOf(email), externalId],
    );
    const above = referrer === null ? [] : await readAncestors(tx, referrer.id, false);
    return {
      programIsActive: program?.status === 'ACTIVE',
      referrer: referrer && { id: referrer.id, active: referrer.status === 'ACTIVE' },
      ancestors: above.map(({ memberId }) => memberId),
      siblings: referrer === null ? [] : await findRefereesIn(tx, referrer.id),
      sameMailbox: same.filter(({ byMailbox }) => byMailbox).map(({ id }) => id),
      sameExternalId: same.filter(({ byMailbox }) => !byMailbox).map(({ id }) => id),
      ...(await findSameIn(tx, hashes)),
    };
  }
}

/** A code as people write it: blanks and hyphens in it and small letters do not matter. */
export function readCode(text: string): string {
  return text.replace(/[\s-]/g, '').toUpperCase();
}

const CODE = new RegExp(`^[${SAFE_ALPHABET}]{8}$`);

/** Tells whether a code as `readCode` gives it could be somebody's. */
export function isReferralCode(code: string): boolean {
  return CODE.test(code);
}

async function findReferrerIn(tx: Tx, code: string): Promise<{ id: string; status: string } | null> {
  if (!isReferralCode(code)) return null;
  const [row] = await tx.query<{ id: string; status: string }>(
    'select id, status from members where referral_code = $1',
    [code],
  );
  return row ?? null;
}

/** Whom somebody has referred lately: as many as can matter. */
async function findRefereesIn(tx: Tx, referrerId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    'select referee_id as id from referrals where referrer_id = $1 order by id desc limit 1000',
    [referrerId],
  );
  return rows.map(({ id }) => id);
}

const MESSAGES: Readonly<Record<ReferralRefusal, string>> = {
  PROGRAM_OFF: 'No referral programme is active, so no referral code is accepted. Enrol the member without one.',
  UNKNOWN_CODE: 'This is nobody’s referral code. Check it with the new member, or enrol without one.',
  REFERRER_NOT_ACTIVE: 'Whose code this is does not take part at present. Enrol the member without the code.',
  SELF_REFERRAL:
    'The new member and the one whose code this is appear to be the same person: same e-mail, device or address.',
  CYCLE: 'The new member appears to be somebody through whom the owner of this code came: a chain may not close.',
  EXISTING_MEMBER:
    'The person is a member already: somebody has this e-mail address, written differently perhaps, or this external id.',
};

function isUnknownCode(error: unknown): boolean {
  return error instanceof Refusal && error.details?.reason === 'UNKNOWN_CODE';
}

function rejected(reason: ReferralRefusal): Refusal {
  return new Refusal(ErrorCode.REFERRAL_REJECTED, MESSAGES[reason], {
    path: ['input', 'referralCode'],
    details: { reason },
  });
}
