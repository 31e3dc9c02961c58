import type { PlannedMember } from '../commands.ts';
import type { Programme } from '../programme.ts';
import { type Grant, roomUnder } from './earning.ts';
import type { Lot } from './purse.ts';

export type ReferralStatus = 'PENDING' | 'QUALIFIED' | 'REWARDED' | 'FLAGGED' | 'REJECTED' | 'REVERSED';

/** Points that somebody got for a referral. */
export interface ReferralReward {
  member: string;
  points: number;
  lot: Lot;
  grant: Grant | null;
}

export interface Referral {
  referee: string;
  referrer: string;
  status: ReferralStatus;
  flags: string[];
  qualifiedAt: number | null;
  /** The activity that made it count. */
  key: string | null;
  rewards: ReferralReward[];
}

/** What is known of how somebody enrolled. */
export interface Enrolled extends PlannedMember {
  at: number;
  mailbox: string;
}

/** What becomes of a recommendation: a refusal with its reason, or flags and those whose referrals are to be looked at too. */
export type Verdict = { refused: string } | { flags: string[]; suspects: string[] };

const DAY_MS = 86_400_000;

/** Who recommended whom. */
export class Referring {
  /** By referee. */
  readonly referrals = new Map<string, Referral>();
  readonly #enrolled: Enrolled[] = [];
  readonly #grants: Grant[] = [];

  /** Judges a newcomer who gives somebody's code. */
  judge(newcomer: Enrolled, referrer: { name: string; active: boolean } | null): Verdict {
    const { mailbox, device, address, at } = newcomer;
    if (referrer === null) return { refused: 'UNKNOWN_CODE' };
    if (!referrer.active) return { refused: 'REFERRER_NOT_ACTIVE' };
    const namesOf = (test: (other: Enrolled) => boolean) => this.#enrolled.filter(test).map(({ name }) => name);
    const isLate = (other: Enrolled) => other.at > at - DAY_MS && this.referrals.has(other.name);
    const onDevice = (other: Enrolled) => device !== null && other.device === device;
    const fromAddress = (other: Enrolled) =>
      address !== null && other.address === address && other.at > at - 30 * DAY_MS;
    const sameMailbox = namesOf((other) => other.mailbox === mailbox);
    const sameDevice = namesOf(onDevice);
    if ([...sameMailbox, ...sameDevice, ...namesOf(fromAddress)].includes(referrer.name)) {
      return { refused: 'SELF_REFERRAL' };
    }
    const above = this.#above(referrer.name, (status) => status !== 'REJECTED');
    if (sameMailbox.some((name) => above.includes(name))) return { refused: 'CYCLE' };
    if (sameMailbox.length > 0) return { refused: 'EXISTING_MEMBER' };
    const siblings = [...this.referrals.values()].filter((other) => other.referrer === referrer.name);
    const related = [...above, ...siblings.map(({ referee }) => referee)];
    const odd: [string, string[]][] = [];
    const many = namesOf((other) => fromAddress(other) && isLate(other));
    if (many.length >= 3) odd.push(['MANY_FROM_ADDRESS', many]);
    const lately = namesOf((other) => onDevice(other) && isLate(other));
    if (lately.length >= 2) odd.push(['MANY_FROM_DEVICE', lately]);
    const shared = sameDevice.filter((name) => related.includes(name));
    if (shared.length >= 1) odd.push(['SHARED_DEVICE', shared]);
    return { flags: odd.map(([flag]) => flag), suspects: odd.flatMap(([, names]) => names) };
  }

  /** Notes somebody who has enrolled, with what was judged where a code was given. */
  enrol(newcomer: Enrolled, referrer: string | null, verdict: Verdict): void {
    this.#enrolled.push(newcomer);
    if (referrer === null || 'refused' in verdict) return;
    const { flags, suspects } = verdict;
    const [first] = flags;
    for (const name of new Set(suspects)) {
      const suspect = this.referrals.get(name);
      if (suspect?.status !== 'PENDING' || first === undefined) continue;
      suspect.status = 'FLAGGED';
      suspect.flags.push(first);
    }
    const status = flags.length > 0 ? 'FLAGGED' : 'PENDING';
    const nothing = { qualifiedAt: null, key: null, rewards: [] };
    this.referrals.set(newcomer.name, { referee: newcomer.name, referrer, status, flags: [...flags], ...nothing });
  }

  /** Whose recommendation begins to count with a purchase of this member; null when none does. */
  qualify(referee: string, key: string, occurredAt: number): Referral | null {
    const referral = this.referrals.get(referee);
    if (referral === undefined || referral.qualifiedAt !== null) return null;
    if (referral.status !== 'PENDING' && referral.status !== 'FLAGGED') return null;
    referral.qualifiedAt = occurredAt;
    referral.key = key;
    if (referral.status === 'FLAGGED') return null;
    referral.status = 'QUALIFIED';
    return referral;
  }

  /** Who gets how much for a recommendation that counts; what caps leave is noted. */
  payments(referral: Referral, { referrals, zone }: Programme, isActive: (name: string) => boolean) {
    const { levels, refereePoints, maxPerReferrer } = referrals;
    const at = referral.qualifiedAt ?? 0;
    const paid: { member: string; points: number; grant: Grant | null }[] = [];
    const above = this.#above(referral.referee, (status) => ['PENDING', 'QUALIFIED', 'REWARDED'].includes(status));
    for (const [place, member] of above.entries()) {
      const wanted = levels[place] ?? 0;
      const room =
        maxPerReferrer === null ? wanted : roomUnder(maxPerReferrer, 'referral', member, at, zone, this.#grants);
      const points = Math.min(wanted, room);
      if (points === 0 || !isActive(member)) continue;
      const grant: Grant = { what: 'referral', member, at, points, full: points };
      this.#grants.push(grant);
      paid.push({ member, points, grant });
    }
    if (refereePoints > 0 && isActive(referral.referee)) {
      paid.push({ member: referral.referee, points: refereePoints, grant: null });
    }
    return paid;
  }

  /** What was given for a referral counts no longer towards caps. */
  forget(grant: Grant): void {
    this.#grants.splice(this.#grants.indexOf(grant), 1);
  }

  /** Everybody above a member, the nearest first, as far as the links hold. */
  #above(name: string, holds: (status: ReferralStatus) => boolean): string[] {
    const names: string[] = [];
    for (let below = this.referrals.get(name); below !== undefined && holds(below.status) && names.length < 10; ) {
      names.push(below.referrer);
      below = this.referrals.get(below.referrer);
    }
    return names;
  }
}
