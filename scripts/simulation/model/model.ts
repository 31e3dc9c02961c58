import { numberOf } from '../calendar.ts';
import type { PlannedMember } from '../commands.ts';
import type { Badge, Programme } from '../programme.ts';
import { Together } from './community.ts';
import { earn, type Grant, type Happening } from './earning.ts';
import { type Counted, earnedBy, Game } from './game.ts';
import { Purse } from './purse.ts';
import { Redeeming } from './redeeming.ts';
import { type Enrolled, type Referral, Referring } from './referring.ts';
import { Reversing } from './reversing.ts';

/** Somebody, as the model knows them. */
export interface Person {
  name: string;
  isActive: boolean;
  mailbox: string;
  purse: Purse;
  game: Game;
}

/** An activity that was recorded, and what came of it. */
export interface Recorded extends Counted {
  /** What it took of caps and the budget. */
  grants: Grant[];
}

/** What a command comes to: the code of its refusal, or null. */
export interface Outcome {
  code: string | null;
  /** Why a recommendation was refused. */
  reason?: string;
  /** The answer is the one given before. */
  replayed?: boolean;
  /** Points that the activity earned at once. */
  points?: number;
}

const DONE: Outcome = { code: null };
const DAY_MS = 86_400_000;

/**
 * What must come of a history, kept as one would on paper: lists that are counted anew for every question. It shares no line
 * with the server.
 */
export class Model {
  now: number;
  readonly people = new Map<string, Person>();
  readonly activities = new Map<string, Recorded>();
  readonly redeeming: Redeeming;
  readonly referring = new Referring();
  readonly grants: Grant[] = [];
  /** How often each badge was ever given to anybody. */
  readonly given = new Map<string, number>();
  readonly #programme: Programme;
  readonly together: Together;
  readonly #due: Referral[] = [];
  /** Whom the community challenge pays. */
  #contributors: string[] = [];

  constructor(programme: Programme) {
    this.#programme = programme;
    this.now = programme.startsAt;
    this.together = new Together(programme.community);
    this.redeeming = new Redeeming(programme);
  }

  /** Lets time pass. Tiers are reviewed once each local day, and whenever somebody's grace is over. */
  moveTo(now: number): void {
    const { zone, gold } = this.#programme;
    const isNewDay = numberOf('DAY', now, zone) !== numberOf('DAY', this.now, zone);
    this.now = now;
    for (const { game } of this.people.values()) {
      const isOver = game.keepUntil !== null && game.keepUntil <= now;
      if (isOver || (isNewDay && gold.windowDays !== null)) game.review(now);
    }
  }

  /** Activates and expires what is due for everybody. */
  settle(): void {
    for (const { purse } of this.people.values()) purse.settle(this.now);
  }

  person(name: string): Person {
    const person = this.people.get(name);
    if (person === undefined) throw new Error(`Nobody is called ${name}.`);
    return person;
  }

  enrol(planned: PlannedMember): Outcome {
    const { name, by, mailboxOf } = planned;
    const mailbox = this.people.get(mailboxOf ?? '')?.mailbox ?? name;
    const newcomer: Enrolled = { ...planned, mailbox, at: this.now };
    const referrer = this.people.get(by ?? '') ?? null;
    const active = referrer && { name: referrer.name, active: referrer.isActive };
    const verdict = by === null ? { flags: [], suspects: [] } : this.referring.judge(newcomer, active);
    if ('refused' in verdict) return { code: 'REFERRAL_REJECTED', reason: verdict.refused };
    this.referring.enrol(newcomer, referrer?.name ?? null, verdict);
    const own = { purse: new Purse(), game: new Game(this.#programme) };
    this.people.set(name, { name, isActive: true, mailbox, ...own });
    return DONE;
  }

  record(happening: Happening): Outcome {
    const known = this.activities.get(happening.key);
    if (known !== undefined) {
      const isSame = known.member === happening.member && known.channel === happening.channel;
      return isSame ? { code: null, replayed: true } : { code: 'IDEMPOTENCY_KEY_REUSED' };
    }
    const { isActive, purse, game } = this.person(happening.member);
    if (!isActive) return { code: 'MEMBER_NOT_ACTIVE' };
    const grantsBefore = this.grants.length;
    const postings = earn(this.#programme, happening, game.isGold ? this.#programme.gold.multiplier : 1, this.grants);
    const counted: Counted = { ...happening, lots: [], left: 1_000_000 };
    game.past.push(counted);
    const period = game.completes(happening);
    const prize = period === null ? [] : game.prize(happening);
    for (const { kind, points, activeAt, validDays } of [...postings, ...prize]) {
      counted.lots.push(purse.credit(kind, points, this.now, activeAt, validDays));
    }
    const last = counted.lots.at(-1) ?? null;
    if (period !== null) game.completions.push({ period, key: happening.key, prize: prize.length > 0 ? last : null });
    this.#contributors.push(...this.together.add(counted));
    this.#awardFor(game, happening, period !== null);
    this.activities.set(happening.key, Object.assign(counted, { grants: this.grants.slice(grantsBefore) }));
    const { minimumCents } = this.#programme.referrals;
    if (happening.type === 'purchase' && (happening.cents ?? 0) >= (minimumCents ?? 0)) {
      const referral = this.referring.qualify(happening.member, happening.key, happening.occurredAt);
      if (referral !== null) this.#due.push(referral);
    }
    return { code: null, points: earnedBy(counted) };
  }

  /** Pays what jobs pay a moment later: recommendations that have begun to count, and those who completed something together. */
  payDue(): boolean {
    const [referrals, contributors] = [this.#due.splice(0), this.#contributors.splice(0)];
    for (const referral of referrals) this.#pay(referral);
    for (const name of contributors) this.#payContributor(name);
    return referrals.length + contributors.length > 0;
  }

  adjust(member: string, points: number, validDays: number | null): Outcome {
    const { purse } = this.person(member);
    if (points < 0) {
      purse.settle(this.now);
      return purse.take('ADJUST', -points) === null ? { code: 'INSUFFICIENT_POINTS' } : DONE;
    }
    purse.settle(this.now);
    purse.credit('ADJUST', points, this.now, this.now, validDays);
    return DONE;
  }

  /** What a member can spend now. */
  spendable(member: string): number {
    const { purse } = this.person(member);
    purse.settle(this.now);
    return purse.spendable();
  }

  /** What keeps a member from a reward now; null when nothing does. */
  obstacle(member: string, rewardCode: string): string | null {
    const { name, isActive, game } = this.person(member);
    const buyer = { name, isActive, isGold: game.isGold, spendable: this.spendable(member) };
    return this.redeeming.obstacle(this.redeeming.reward(rewardCode), buyer, this.now);
  }

  redeem(name: string, member: string, rewardCode: string): Outcome {
    const code = this.obstacle(member, rewardCode);
    if (code !== null) return { code };
    const reward = this.redeeming.reward(rewardCode);
    const uses = this.person(member).purse.take('REDEEM', reward.cost) ?? [];
    this.redeeming.issue(name, member, reward, uses, this.now);
    return DONE;
  }

  fulfil(name: string): Outcome {
    return this.#end(name, 'FULFILLED');
  }

  cancel(name: string): Outcome {
    const outcome = this.#end(name, 'CANCELLED');
    const redemption = this.redeeming.all.get(name);
    if (outcome.code !== null || redemption === undefined) return outcome;
    const { purse } = this.person(redemption.member);
    purse.settle(this.now);
    purse.refund(redemption.uses, this.now);
    return outcome;
  }

  /** Looks at the recommendation by which a member came. */
  review(referee: string, approve: boolean): Outcome {
    const referral = this.referring.referrals.get(referee);
    if (referral === undefined) return { code: 'NOT_FOUND' };
    const isOpen = referral.status === 'FLAGGED' || (!approve && referral.status === 'PENDING');
    if (!isOpen) return { code: 'CONFLICT' };
    if (!approve) referral.status = 'REJECTED';
    else if (referral.qualifiedAt === null) referral.status = 'PENDING';
    else {
      referral.status = 'QUALIFIED';
      this.#due.push(referral);
    }
    return DONE;
  }

  /** Takes a part of an activity back: `part` is in millionths. */
  reverse(key: string, part: number): Outcome {
    const recorded = this.activities.get(key);
    if (recorded === undefined) return { code: 'NOT_FOUND' };
    return part > recorded.left
      ? { code: 'ALREADY_REVERSED' }
      : new Reversing(this, this.#programme).run(recorded, part);
  }

  badge(code: string): Badge {
    const badge = this.#programme.badges.find((one) => one.code === code);
    if (badge === undefined) throw new Error(`There is no badge ${code}.`);
    return badge;
  }

  #end(name: string, status: 'FULFILLED' | 'CANCELLED'): Outcome {
    const redemption = this.redeeming.all.get(name);
    if (redemption === undefined) return { code: 'NOT_FOUND' };
    const code = this.redeeming.overFor(redemption, this.now);
    if (code === null) redemption.status = status;
    return { code };
  }

  /** Badges in the order in which they are given: by the challenge, by their own goal, by the tier. */
  #awardFor(game: Game, { type, key }: Happening, isCompleted: boolean): void {
    const { challenge, gold, badges } = this.#programme;
    if (isCompleted && challenge.badge !== null) this.#award(game, challenge.badge, 'challenge', key);
    for (const badge of badges) {
      if (badge.goal?.type !== type) continue;
      const own = () => game.awards.filter(({ badge: code, revoked }) => code === badge.code && !revoked).length;
      while (own() < game.reached(badge) && this.#award(game, badge.code, 'goal', key));
    }
    if (game.rise(this.now) && gold.badge !== null) this.#award(game, gold.badge, 'tier', key);
  }

  #award(game: Game, code: 'champion' | 'regular', cause: 'goal' | 'challenge' | 'tier', key: string | null): boolean {
    const { repeatable, limit } = this.badge(code);
    const given = this.given.get(code) ?? 0;
    const isHeld = game.awards.some(({ badge, revoked }) => badge === code && !revoked);
    if ((isHeld && !repeatable) || (limit !== null && given >= limit)) return false;
    this.given.set(code, given + 1);
    game.awards.push({ badge: code, cause, revoked: false, key });
    return true;
  }

  #payContributor(name: string): void {
    const { purse, game, isActive } = this.person(name);
    const { points } = this.#programme.community;
    // Whoever is suspended at that moment goes without, as up a referral chain.
    if (!isActive) return;
    this.together.pay(name);
    purse.credit('BONUS', points, this.now, this.now, null);
    game.paid.push({ points, at: this.together.completedAt ?? this.now });
    const { badge } = this.#programme.gold;
    if (game.rise(this.now) && badge !== null) this.#award(game, badge, 'tier', null);
  }

  #pay(referral: Referral): void {
    const { holdDays } = this.#programme.referrals;
    const paid = this.referring.payments(referral, this.#programme, (name) => this.person(name).isActive);
    const activeAt = Math.max(this.now, (referral.qualifiedAt ?? 0) + (holdDays ?? 0) * DAY_MS);
    for (const { member, points, grant } of paid) {
      const lot = this.person(member).purse.credit('BONUS', points, this.now, activeAt, null);
      referral.rewards.push({ member, points, lot, grant });
    }
    referral.status = 'REWARDED';
  }
}
