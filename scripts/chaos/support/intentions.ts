import type { Random } from '../../../src/demo/random.ts';
import { type Credential, tokenOf } from './caller.ts';
import { type Club, REWARDS, type RewardCode } from './club.ts';
import {
  type Deduction,
  type Ending,
  type Redemption,
  type Reversal,
  type Sent,
  type Stamp,
  WHOLE,
  type Write,
} from './writes.ts';

const REWARD_CODES = Object.keys(REWARDS) as RewardCode[];
/** In which parts activities are taken back, in millionths; most take fractions of a point with them, which are not lost. */
const PARTS = [50_000, 250_000, 333_333, 500_000];
/** What of redemptions members ask for themselves; the rest is done for them at the counter. */
const BY_MEMBER = 0.7;
const TO_THE_END = 0.4;
/** How many of whole activities two take back at once, and how many vouchers are used while they are cancelled. */
const AT_ONCE = 0.3;
/** How often to look for something that was acknowledged already. */
const LOOKS = 5;

/** Thinks up what members, the counter and the shop want next, and remembers everything that they ever wanted. */
export class Intentions {
  readonly writes: Write[] = [];
  readonly #club: Club;
  readonly #random: Random;
  /** Redemptions that nobody has begun to end. */
  readonly #open: Redemption[] = [];
  /** Activities of which nothing is taken back, and those of which a part is. */
  readonly #whole: Stamp[] = [];
  readonly #parted: Stamp[] = [];

  constructor(club: Club, random: Random) {
    this.#club = club;
    this.#random = random;
  }

  stamp(): Stamp {
    const stamp: Stamp = { ...this.#sent('activity', this.#anybody().id, null), kind: 'activity', claimed: 0 };
    this.#whole.push(stamp);
    return this.#noted(stamp);
  }

  deduction(): Deduction {
    return this.#noted({ ...this.#sent('deduction', this.#anybody().id, null), kind: 'deduction' });
  }

  redemption(): Redemption {
    const { id } = this.#anybody();
    const by = this.#memberOrCounter(id);
    const reward = this.#random.pick(REWARD_CODES);
    const redemption: Redemption = { ...this.#sent('redemption', id, by), kind: 'redemption', reward };
    this.#open.push(redemption);
    return this.#noted(redemption);
  }

  /** A voucher used or cancelled; sometimes both are tried at once, and one may succeed. None while there is no voucher. */
  endings(): Ending[] {
    const of = this.#take(this.#open);
    if (of === null) return [];
    const isRace = this.#random.chance(AT_ONCE);
    const isUsed = isRace || this.#random.chance(0.5);
    const endings: Ending[] = [];
    if (isUsed) endings.push(this.#ending('use', of, isRace ? 'ALREADY_REVERSED' : null));
    if (isRace || !isUsed) endings.push(this.#ending('cancellation', of, isRace ? 'CONFLICT' : null));
    return endings;
  }

  /** A part of an activity, or all of it; sometimes two take all of it at once, and one may succeed. None at the beginning. */
  reversals(): Reversal[] {
    const { counter, shop } = this.#club;
    const parted = this.#random.chance(0.5) ? this.#take(this.#parted) : null;
    const of = parted ?? this.#take(this.#whole);
    if (of === null) return [];
    const left = WHOLE - of.claimed;
    const part = this.#random.chance(TO_THE_END) ? left : Math.min(left, this.#random.pick(PARTS));
    of.claimed += part;
    if (of.claimed < WHOLE) this.#parted.push(of);
    // Two that take less than all might both find room, at the cost of a third that was there before.
    const isRace = part === WHOLE && this.#random.chance(AT_ONCE);
    const senders = isRace ? [counter, shop] : [this.#random.pick([counter, shop])];
    const excuse = isRace ? 'ALREADY_REVERSED' : null;
    return senders.map((by) => {
      return this.#noted<Reversal>({ ...this.#sent('reversal', of.memberId, by, excuse), kind: 'reversal', of, part });
    });
  }

  #ending(kind: Ending['kind'], of: Redemption, excuse: string | null): Ending {
    const by = kind === 'use' ? this.#club.counter : this.#memberOrCounter(of.memberId);
    return this.#noted<Ending>({ ...this.#sent(kind, of.memberId, by, excuse), kind, of });
  }

  #sent(kind: Write['kind'], memberId: string, by: Credential | null, excuse: string | null = null): Sent {
    const key = `${kind}-${this.writes.length}`;
    return { key, memberId, by, excuse, acknowledged: null, refused: false, done: false };
  }

  #noted<Kind extends Write>(write: Kind): Kind {
    this.writes.push(write);
    return write;
  }

  #anybody() {
    return this.#random.pick(this.#club.members);
  }

  #memberOrCounter(memberId: string): Credential {
    const { members, counter } = this.#club;
    const member = members.find(({ id }) => id === memberId);
    return member !== undefined && this.#random.chance(BY_MEMBER) ? tokenOf(member.token) : counter;
  }

  /** Takes out one that was acknowledged; null when a few looks find none. */
  #take<Kind extends Write>(waiting: Kind[]): Kind | null {
    for (let look = 0; look < LOOKS && waiting.length > 0; look += 1) {
      const place = this.#random.whole(0, waiting.length - 1);
      const one = waiting[place];
      if (one === undefined || one.acknowledged === null) continue;
      const last = waiting.pop();
      if (last !== undefined && last !== one) waiting[place] = last;
      return one;
    }
    return null;
  }
}
