import { Random } from '../../src/demo/random.ts';
import { type Again, type Command, other, type PlannedActivity, type PlannedMember } from './commands.ts';
import { DAY_MS, type Programme, type Reward } from './programme.ts';

/** How often each command comes up, compared with the others. */
const WEIGHTS: Record<Command['do'], number> = {
  ...{
    enrol: 9,
    record: 26,
    batch: 6,
    together: 4,
    repeat: 5,
    adjust: 12,
    redeem: 14,
    fulfil: 5,
    cancel: 6,
    reverse: 12,
  },
  ...{ status: 3, review: 3, rush: 2, debits: 2, regret: 2, restock: 1, wait: 12, restart: 1 },
};

const MINUTE_MS = 60_000;

/** Writes a history for a programme: the same seed gives the same. */
export class Author {
  readonly #random: Random;
  readonly #rewards: readonly Reward[];
  readonly #members: string[] = [];
  /** Those who may be flagged. */
  readonly #odd: string[] = [];
  readonly #keys: string[] = [];
  readonly #redemptions: string[] = [];
  #made = 0;

  constructor(seed: string, { rewards }: Programme) {
    this.#random = new Random(`${seed} history`);
    this.#rewards = rewards;
  }

  /** So many commands, after a beginning in which some people join, one by the code of another. */
  write(length: number): Command[] {
    const beginning = Array.from({ length: 5 }, (_, place): Command => {
      const by = place === 1 || place === 2 ? `m${place}` : null;
      return { do: 'enrol', member: { ...NOBODY, name: this.#name('m', this.#members), by }, again: null };
    });
    const commands = [...beginning, ...this.#members.slice(0, 3).map((member) => this.#gift(member))];
    while (commands.length < length) commands.push(...(this.#random.chance(0.08) ? this.#scene() : [this.#command()]));
    return commands.slice(0, length);
  }

  /** What chance alone would bring about too rarely. */
  #scene(): Command[] {
    const member = this.#member();
    if (this.#random.chance(0.3)) return this.#cancelledAfterReversal(member);
    return this.#random.chance(0.6) ? this.#regretted(member) : this.#household(member);
  }

  /** Somebody buys, spends everything and gives the purchase back, in one or two parts. */
  #regretted(member: string): Command[] {
    const bought = this.#purchase(member, 2_000, 20_000);
    const nothing: Command = { ...this.#adjustment(member), points: null, validDays: null };
    const parts = this.#random.pick([['1'], ['0.6', '0.4'], ['0.7']]).map((fraction): Command => {
      return { do: 'reverse', name: this.#name('x'), key: bought.key, fraction, again: this.#again() };
    });
    return [{ do: 'record', activity: bought, again: null }, nothing, ...parts, ...this.#covering(member)];
  }

  /**
   * Two come with the same code and device and buy, the second one before or after somebody has looked, perhaps while whose code
   * it is may not take part. Then what made the recommendation count goes back, while something else may still make it count.
   */
  #household(member: string): Command[] {
    const device = `device of ${member}`;
    const two = [1, 2].map(() => ({ ...this.#newcomer(), by: member, mailboxOf: null, address: null, device }));
    const referee = two[1]?.name ?? '';
    const bought: PlannedActivity = { ...this.#activity(referee), type: 'purchase', cents: 7_000 };
    const looked: Command[] = [
      { do: 'record', activity: bought, again: null },
      { do: 'review', member: referee, approve: this.#random.chance(0.8) },
    ];
    const more: Command[] = [
      { do: 'record', activity: { ...this.#activity(referee), type: 'purchase', cents: 8_000 }, again: null },
      { do: 'reverse', name: this.#name('x'), key: bought.key, fraction: '1', again: null },
    ];
    const first: PlannedActivity = { ...this.#activity(two[0]?.name), type: 'purchase', cents: 6_000 };
    const suspend = (suspended: boolean): Command => ({ do: 'status', member, suspended });
    const isAway = this.#random.chance(0.25);
    return [
      ...two.map((newcomer): Command => ({ do: 'enrol', member: newcomer, again: null })),
      ...(isAway ? [suspend(true)] : []),
      { do: 'record', activity: first, again: null },
      ...(this.#random.chance(0.5) ? looked : looked.reverse()),
      ...this.#random.pick([[], more, more.slice(1)]),
      ...(isAway ? [suspend(false)] : []),
    ];
  }

  /** What covers a debt: a gift at once, or points that have to wait. */
  #covering(member: string): Command[] {
    if (this.#random.chance(0.5)) return [this.#gift(member)];
    const reviewed: PlannedActivity = { ...this.#activity(member), type: 'reviewed', channel: 'online', cents: null };
    return [
      { do: 'record', activity: { ...reviewed, agoMs: null }, again: null },
      { do: 'wait', days: 3, hours: 0, sweep: true },
    ];
  }

  /** What is bought and given pays for a reward; the purchase goes back, and then the reward does. */
  #cancelledAfterReversal(member: string): Command[] {
    const bought = this.#purchase(member, 1_500, 6_000);
    const name = this.#name('r', this.#redemptions);
    const reward = this.#random.pick(['coffee', 'few', 'parcel']);
    const points = this.#random.pick([8, 20]);
    const gifts = [5, 12].map(
      (validDays): Command => ({ ...this.#adjustment(member), points, validDays, again: null }),
    );
    const nothing = (): Command => ({ ...this.#adjustment(member), points: null, validDays: null, again: null });
    return [
      nothing(),
      ...gifts,
      { do: 'record', activity: bought, again: null },
      { do: 'redeem', name, member, reward, byMember: false, again: null },
      ...(this.#random.chance(0.5) ? [nothing()] : []),
      { do: 'reverse', name: this.#name('x'), key: bought.key, fraction: this.#random.pick(['1', '0.5']), again: null },
      { do: 'cancel', name: this.#name('c'), redemption: name, again: null },
    ];
  }

  #command(): Command {
    const kinds = Object.keys(WEIGHTS) as Command['do'][];
    const kind = kinds[this.#random.weighted(Object.values(WEIGHTS))] ?? 'wait';
    return this.#writers[kind]();
  }

  /** How each kind of command is drawn. */
  readonly #writers: { [Kind in Command['do']]: () => Command } = {
    enrol: () => ({ do: 'enrol', member: this.#newcomer(), again: this.#again() }),
    record: () => ({ do: 'record', activity: this.#activity(), again: this.#again() }),
    batch: () => ({ do: 'batch', activities: this.#activities(8, true) }),
    together: () => ({ do: 'together', activities: this.#activities(6, false) }),
    repeat: () => ({ do: 'repeat', key: this.#late(this.#keys, 'a0'), changed: this.#random.chance(0.3) }),
    adjust: () => this.#adjustment(),
    redeem: () => {
      const name = this.#name('r', this.#redemptions);
      const reward = this.#random.pick(this.#rewards).code;
      const byMember = this.#random.chance(0.3);
      return { do: 'redeem', name, member: this.#member(), reward, byMember, again: this.#again() };
    },
    fulfil: () => {
      const redemption = this.#late(this.#redemptions, 'r0');
      return {
        do: 'fulfil',
        name: this.#name('f'),
        redemption,
        byCode: this.#random.chance(0.5),
        again: this.#again(),
      };
    },
    cancel: () => {
      return {
        do: 'cancel',
        name: this.#name('c'),
        redemption: this.#late(this.#redemptions, 'r0'),
        again: this.#again(),
      };
    },
    reverse: () => {
      const fraction = this.#random.pick(['1', '1', '1', '0.5', '0.25', '0.3', '0.333333']);
      return {
        do: 'reverse',
        name: this.#name('x'),
        key: this.#late(this.#keys, 'a0'),
        fraction,
        again: this.#again(),
      };
    },
    regret: () => {
      const fraction = this.#random.pick(['1', '0.5', '0.4']);
      return { do: 'regret', name: this.#name('y'), key: this.#late(this.#keys, 'a0'), fraction, count: 3 };
    },
    restock: () => ({ do: 'restock', reward: 'few', stock: this.#random.whole(0, 6) }),
    status: () => ({ do: 'status', member: this.#member(), suspended: this.#random.chance(0.3) }),
    review: () => ({ do: 'review', member: this.#late(this.#odd, 'm2'), approve: this.#random.chance(0.7) }),
    rush: () => {
      const reward = this.#random.pick(['few', 'few', 'coffee', 'once']);
      const members = [...new Set(Array.from({ length: 6 }, () => this.#member()))];
      return { do: 'rush', name: this.#name('q'), reward, members };
    },
    debits: () => {
      const [points, count] = [this.#random.whole(5, 40), this.#random.whole(4, 8)];
      return { do: 'debits', name: this.#name('d'), member: this.#member(), points, count };
    },
    wait: () => {
      const days = this.#random.chance(0.3) ? 0 : this.#random.whole(1, this.#random.chance(0.2) ? 15 : 4);
      return { do: 'wait', days, hours: this.#random.pick([0, 5]), sweep: this.#random.chance(0.6) };
    },
    restart: () => {
      const activity = this.#random.chance(0.7) ? this.#activity() : null;
      return { do: 'restart', activity, days: this.#random.pick([0, 0, 2, 6]) };
    },
  };

  #newcomer(): PlannedMember {
    const by = this.#random.chance(0.75) ? this.#member() : this.#random.pick([null, null, 'nobody']);
    const mailboxOf = this.#random.chance(0.15) ? this.#random.pick([by, this.#member(), 'm1']) : null;
    const device = this.#random.chance(0.5) ? `device ${this.#random.whole(1, 2)}` : null;
    const address = this.#random.chance(0.35) ? `192.0.2.${this.#random.whole(1, 2)}` : null;
    const name = this.#name('m', this.#members);
    if (device !== null || address !== null) this.#odd.push(name);
    return { name, by, mailboxOf, device, address };
  }

  #activity(member = this.#member()): PlannedActivity {
    const type = this.#random.pick(['purchase', 'purchase', 'purchase', 'visited', 'visited', 'reviewed'] as const);
    return {
      ...{ key: this.#name('a', this.#keys), member, type, channel: this.#random.pick(['online', 'store']) },
      cents: type === 'purchase' ? this.#random.whole(100, this.#random.chance(0.2) ? 30_000 : 9_000) : null,
      agoMs: this.#ago(),
    };
  }

  #purchase(member: string, least: number, most: number): PlannedActivity {
    return { ...this.#activity(member), type: 'purchase', cents: this.#random.whole(least, most) };
  }

  /** Half a minute off the grid of commands, so that no end of anything falls into the moments that a command takes. */
  #ago(): number | null {
    if (this.#random.chance(0.3)) return null;
    const days = this.#random.chance(0.3) ? this.#random.whole(1, this.#random.chance(0.3) ? 70 : 9) : 0;
    return days * DAY_MS + this.#random.whole(1, 600) * MINUTE_MS + MINUTE_MS / 2;
  }

  /**
   * Activities of several members. At most one of them buys: who is recommended by the same member is paid in the order of
   * jobs, which nobody promises.
   */
  #activities(most: number, withCopies: boolean): PlannedActivity[] {
    const buyer = this.#member();
    const activities = Array.from({ length: this.#random.whole(2, most) }, (): PlannedActivity => {
      const activity = this.#activity();
      return activity.type === 'purchase' ? { ...activity, member: buyer } : activity;
    });
    if (!withCopies || this.#random.chance(0.5)) return activities;
    const copy = this.#random.pick(activities);
    return [...activities, this.#random.chance(0.7) ? copy : { ...copy, channel: other(copy.channel) }];
  }

  #adjustment(member = this.#member()): Command & { do: 'adjust' } {
    if (this.#random.chance(0.15)) {
      return {
        do: 'adjust',
        name: this.#name('j'),
        member: this.#member(),
        points: null,
        validDays: null,
        again: null,
      };
    }
    const points = this.#random.chance(0.4) ? -this.#random.whole(1, 120) : this.#random.whole(1, 120);
    const validDays = points > 0 ? this.#random.pick([null, 3, 12, 25]) : null;
    return { do: 'adjust', name: this.#name('j'), member, points, validDays, again: this.#again() };
  }

  #gift(member: string): Command {
    return { do: 'adjust', name: this.#name('j'), member, points: 60, validDays: null, again: null };
  }

  #again(): Again {
    return this.#random.pick<Again>([null, null, null, null, 'SAME', 'OTHER']);
  }

  /** A few members do most of it. */
  #member(): string {
    if (this.#random.chance(0.5)) return this.#random.pick(this.#members.slice(0, 3));
    return this.#random.pick(this.#members);
  }

  /** Rather something late than something from long ago. */
  #late(names: readonly string[], none: string): string {
    if (names.length === 0) return none;
    return this.#random.pick(this.#random.chance(0.7) ? names.slice(-6) : names);
  }

  #name(letter: string, kept?: string[]): string {
    this.#made += 1;
    const name = letter === 'm' ? `m${this.#members.length + 1}` : `${letter}${this.#made}`;
    kept?.push(name);
    return name;
  }
}

const NOBODY: PlannedMember = { name: '', by: null, device: null, address: null, mailboxOf: null };
