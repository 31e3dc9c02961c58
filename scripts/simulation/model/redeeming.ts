import type { Programme, Reward } from '../programme.ts';
import type { Use } from './purse.ts';

export interface Redemption {
  name: string;
  member: string;
  reward: Reward;
  status: 'ISSUED' | 'PENDING' | 'FULFILLED' | 'CANCELLED';
  expiresAt: number;
  uses: Use[];
}

/** Who wants a reward. */
export interface Buyer {
  name: string;
  isActive: boolean;
  isGold: boolean;
  spendable: number;
}

/** Everything that was ever redeemed; what is left of something is counted from the list. */
export class Redeeming {
  readonly all = new Map<string, Redemption>();
  readonly #programme: Programme;

  constructor(programme: Programme) {
    this.#programme = programme;
  }

  reward(code: string): Reward {
    const reward = this.#programme.rewards.find((one) => one.code === code);
    if (reward === undefined) throw new Error(`There is no reward ${code}.`);
    return reward;
  }

  /** The first thing that keeps a member from a reward now; null when nothing does. */
  obstacle(reward: Reward, buyer: Buyer, now: number): string | null {
    const own = this.#issued(reward).filter(({ member }) => member === buyer.name).length;
    const left = this.left(reward);
    if (!buyer.isActive) return 'MEMBER_NOT_ACTIVE';
    if (reward.startsAt !== null && now < reward.startsAt) return 'NOT_STARTED';
    if (reward.endsAt !== null && now >= reward.endsAt) return 'ENDED';
    if (reward.goldOnly && !buyer.isGold) return 'TIER_REQUIRED';
    if (reward.perMember !== null && own >= reward.perMember) return 'LIMIT_REACHED';
    if (left !== null && left <= 0) return 'OUT_OF_STOCK';
    return buyer.spendable < reward.cost ? 'INSUFFICIENT_POINTS' : null;
  }

  issue(name: string, member: string, reward: Reward, uses: Use[], now: number): void {
    const expiresAt = reward.validDays === null ? Number.POSITIVE_INFINITY : now + reward.validDays * 86_400_000;
    const status = reward.manual ? 'PENDING' : 'ISSUED';
    this.all.set(name, { name, member, reward, status, expiresAt, uses });
  }

  /** How many pieces are left; null is as many as one likes. */
  left(reward: Reward): number | null {
    return reward.stock === null ? null : Math.max(0, reward.stock - this.#issued(reward).length);
  }

  /** What a redemption shows itself as: a voucher that is over has expired, whoever has noted it or not. */
  statusOf({ status, expiresAt }: Redemption, now: number): string {
    return (status === 'ISSUED' || status === 'PENDING') && expiresAt <= now ? 'EXPIRED' : status;
  }

  /** Why a redemption can be neither used nor cancelled any more; null when it can. */
  overFor(redemption: Redemption, now: number): string | null {
    switch (this.statusOf(redemption, now)) {
      case 'FULFILLED':
        return 'CONFLICT';
      case 'CANCELLED':
        return 'ALREADY_REVERSED';
      case 'EXPIRED':
        return 'ENDED';
      default:
        return null;
    }
  }

  #issued(reward: Reward): Redemption[] {
    return [...this.all.values()].filter((one) => one.reward === reward && one.status !== 'CANCELLED');
  }
}
