import type { Programme } from '../programme.ts';
import { type Completion, type Game, partOf } from './game.ts';
import type { Model, Outcome, Person, Recorded } from './model.ts';

const WHOLE = 1_000_000;

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
    this.#revoke(game, reached, fallen);
    const { gold } = this.#programme;
    if (game.fall(towardsGold, now) && gold.badge !== null) this.#take(game, gold.badge, 'tier', null, 1);
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

  #revoke(game: Game, reachedBefore: readonly number[], fallen: readonly Completion[]): void {
    const { badges, challenge } = this.#programme;
    for (const [index, badge] of badges.entries()) {
      const own = game.awards.filter(({ cause, badge: code, revoked }) => {
        return cause === 'goal' && code === badge.code && !revoked;
      }).length;
      const lost = Math.min(own, reachedBefore[index] ?? 0) - Math.min(own, game.reached(badge));
      this.#take(game, badge.code, 'goal', null, lost);
    }
    for (const { key } of fallen) if (challenge.badge !== null) this.#take(game, challenge.badge, 'challenge', key, 1);
  }

  /** Revokes what was awarded for something that no longer holds, where the badge says so. */
  #take(game: Game, code: string, cause: string, key: string | null, most: number): void {
    if (this.#model.badge(code).onReversal === 'KEEP') return;
    const fitting = game.awards.filter((award) => {
      return award.badge === code && award.cause === cause && !award.revoked && (key === null || award.key === key);
    });
    for (const award of fitting.slice(fitting.length - Math.min(most, fitting.length))) {
      award.revoked = true;
      this.#model.given.set(code, (this.#model.given.get(code) ?? 0) - 1);
    }
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
