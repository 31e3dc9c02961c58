import type { Programme } from '../programme.ts';
import { type Award, type Completion, type Game, partOf } from './game.ts';
import type { Model, Outcome, Person, Recorded } from './model.ts';

const WHOLE = 1_000_000;

/** Something that had given a badge and no longer holds. */
interface Loss {
  code: string;
  cause: Award['cause'];
  /** The activity that had brought it; null for any. */
  key: string | null;
  /** How many awards at most, the latest first. */
  most: number;
}

/** Takes activities back, and everything that followed from them. */
export class Reversing {
  readonly #model: Model;
  readonly #programme: Programme;

  constructor(model: Model, programme: Programme) {
    this.#model = model;
    this.#programme = programme;
  }

  /** Takes so many millionths of an activity back, of which at least as many are left. */
  run(recorded: Recorded, part: number): Outcome {
    const { now } = this.#model;
    const { purse, game } = this.#model.person(recorded.member);
    const towardsGold = game.towardsGold(now);
    const reached = this.#programme.badges.map((badge) => game.reached(badge));
    const prizes = new Set(game.completions.map(({ prize }) => prize));
    recorded.left -= part;
    const gone = WHOLE - recorded.left;
    this.#giveBack(recorded, gone);
    const fallen = game.reopen();
    purse.settle(now);
    // What the activity earned goes by its part; what a completion paid stays for as long as the completion holds.
    const earned = recorded.lots.filter((lot) => !prizes.has(lot));
    for (const lot of earned) purse.takeBack(lot, partOf(lot.points, gone));
    for (const { prize } of fallen) if (prize !== null) purse.takeBack(prize, prize.points);
    const { gold } = this.#programme;
    const isTierLost = game.fall(towardsGold, now);
    for (const loss of this.#losses(game, reached, fallen)) this.#lose(game, loss);
    if (isTierLost && gold.badge !== null) this.#lose(game, { code: gold.badge, cause: 'tier', key: null, most: 1 });
    if (recorded.left === 0) this.#reverseReferral(recorded);
    return { code: null };
  }

  /** Caps and budgets get back what was taken; a whole activity is as if it had never been. */
  #giveBack({ grants, lots }: Recorded, gone: number): void {
    for (const grant of grants) {
      if (gone === WHOLE) this.#model.grants.splice(this.#model.grants.indexOf(grant), 1);
      // Each credit is taken back rounded down, so a cap never gets back more than members lose.
      else grant.points = grant.full - Math.max(0, partOf(grant.full, gone) - Math.max(0, lots.length - 1));
    }
  }

  /** What had given badges and no longer holds. */
  #losses(game: Game, reachedBefore: readonly number[], fallen: readonly Completion[]): Loss[] {
    const { badges, challenge } = this.#programme;
    const ofGoals = badges.map((badge, index): Loss => {
      const own = game.awards.filter(({ cause, badge: code, revoked }) => {
        return cause === 'goal' && code === badge.code && !revoked;
      }).length;
      const most = Math.min(own, reachedBefore[index] ?? 0) - Math.min(own, game.reached(badge));
      return { code: badge.code, cause: 'goal', key: null, most };
    });
    const { badge: code } = challenge;
    const ofChallenge =
      code === null ? [] : fallen.map(({ key }): Loss => ({ code, cause: 'challenge', key, most: 1 }));
    return [...ofGoals, ...ofChallenge];
  }

  /** Revokes what was awarded for something that no longer holds, where the badge says so and nothing else gives it. */
  #lose(game: Game, { code, cause, key, most }: Loss): void {
    const { onReversal, repeatable } = this.#model.badge(code);
    if (onReversal === 'KEEP') return;
    const fitting = game.awards.filter((award) => {
      const isOfActivity = key === null || award.key === key || !repeatable;
      return award.badge === code && award.cause === cause && !award.revoked && isOfActivity;
    });
    const other = repeatable ? null : this.#otherCause(game, code);
    for (const award of fitting.slice(fitting.length - Math.min(most, fitting.length))) {
      if (other !== null) {
        award.cause = other;
        continue;
      }
      award.revoked = true;
      this.#model.given.set(code, (this.#model.given.get(code) ?? 0) - 1);
    }
  }

  /** What else a member has that gives a badge. */
  #otherCause(game: Game, code: string): Award['cause'] | null {
    const { challenge, gold } = this.#programme;
    if (challenge.badge === code && game.completions.length > 0) return 'challenge';
    return gold.badge === code && game.isGold ? 'tier' : null;
  }

  /** A recommendation counts no longer, unless something else that the new member bought makes it count as well. */
  #reverseReferral({ key, member }: Recorded): void {
    const { referring, now } = this.#model;
    const referral = referring.referrals.get(member);
    if (referral?.key !== key || referral.status === 'REJECTED' || referral.status === 'REVERSED') return;
    const next = this.#nextQualifying(this.#model.person(member));
    if (next !== null) referral.key = next;
    else if (referral.status === 'FLAGGED') Object.assign(referral, { qualifiedAt: null, key: null });
    else {
      referral.status = 'REVERSED';
      for (const { member: paid, lot, grant } of referral.rewards) {
        const { purse } = this.#model.person(paid);
        purse.settle(now);
        purse.takeBack(lot, lot.points);
        if (grant !== null) referring.forget(grant);
      }
    }
  }

  #nextQualifying({ game }: Person): string | null {
    const least = this.#programme.referrals.minimumCents ?? 0;
    const fitting = game.past.filter(
      ({ type, left, cents }) => type === 'purchase' && left > 0 && (cents ?? 0) >= least,
    );
    return fitting.sort((one, two) => one.occurredAt - two.occurredAt)[0]?.key ?? null;
  }
}
