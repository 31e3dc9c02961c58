import type { Random } from '../../../src/demo/random.ts';
import type { Caller } from './caller.ts';
import { BOARD, type Club } from './club.ts';
import { Delivery } from './delivery.ts';
import type { Findings } from './findings.ts';
import { Intentions } from './intentions.ts';
import type { Reversal, Write } from './writes.ts';

export interface LoadOptions {
  club: Club;
  caller: Caller;
  random: Random;
  findings: Findings;
  /** Operations a second. */
  rate: number;
}

const MEMBER = `query ($id: ID!) { member(id: $id) {
  displayName wallet { active deficit } ledger(first: 5) { edges { node { points } } }
  redemptions(first: 3) { edges { node { status } } }
} }`;
const MEMBERS = '{ members(first: 20) { edges { node { id displayName wallet { active } } } } }';
const STANDINGS = `{ leaderboard(code: "${BOARD}") { entries(first: 10) { edges { node { rank score } } } } }`;

const TICK_MS = 20;
/**
 * Operations under way at most, in seconds of the rate. While nothing can be done, clients wait instead of growing in
 * number: else what would be measured afterwards is how fast a machine works off a storm of its own making.
 */
const SECONDS_UNDER_WAY = 2;
const BATCH = 4;
/**
 * Of 100 operations, so many each. 58 record activities, singly and in batches; 20 read a member, the list or the board; 10
 * redeem a reward. The other 12 stand for posts: vouchers used and cancelled, activities taken back, points taken by hand.
 */
const SHARES = {
  activity: 50,
  batch: 8,
  member: 9,
  members: 6,
  standings: 5,
  redemption: 10,
  ending: 4,
  reversal: 5,
  deduction: 3,
} as const;
type Operation = keyof typeof SHARES;
const OPERATIONS = Object.keys(SHARES) as Operation[];
const WEIGHTS = Object.values(SHARES);
/** How many redemptions and reversals are sent twice at once, as by somebody who taps again; and how many look first. */
const IMPATIENT = 0.1;
const CAREFUL = 0.3;

const NAMES: Readonly<Record<Write['kind'], string>> = {
  activity: 'activities',
  reversal: 'reversals',
  redemption: 'redemptions',
  use: 'vouchers used',
  cancellation: 'vouchers cancelled',
  deduction: 'points taken by hand',
};

/** Mixed operations at a steady rate, and a memory of every write. */
export class Load {
  readonly #options: LoadOptions;
  readonly #intentions: Intentions;
  readonly #delivery: Delivery;
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | null = null;
  #startedAt = 0;
  #begun = 0;
  #heldBack = 0;

  constructor(options: LoadOptions) {
    const { club, random, caller, findings } = options;
    this.#options = options;
    this.#intentions = new Intentions(club, random);
    this.#delivery = new Delivery(caller, findings);
  }

  /** Every write so far. */
  get writes(): readonly Write[] {
    return this.#intentions.writes;
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Whether it has begun and not finished. */
  get running(): boolean {
    return this.#timer !== null;
  }

  /** When the last write was acknowledged that had been sent after this moment; 0 for none. */
  acknowledgedSince(moment: number): number {
    return this.#delivery.acknowledgedSince(moment);
  }

  /** Begins nothing more and waits until everything has been answered. Nothing happens the second time. */
  async finish(): Promise<void> {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    await Promise.all(this.#running);
    const { findings } = this.#options;
    findings.count('operations', this.#begun);
    findings.count('operations held back, because too many were under way', this.#heldBack);
    findings.count('operations a second', this.#begun / seconds);
    const acknowledged = this.writes.filter((write) => write.acknowledged !== null);
    findings.count('writes acknowledged', acknowledged.length);
    for (const [kind, name] of Object.entries(NAMES)) {
      findings.count(`of these, ${name}`, acknowledged.filter((write) => write.kind === kind).length);
    }
    const refused = this.writes.filter((write) => write.refused).length;
    findings.count('writes refused, because another came first', refused);
    const unanswered = this.writes.length - acknowledged.length - refused;
    if (unanswered > 0) findings.violate(`${unanswered} writes were never acknowledged.`);
  }

  /** Sends some of the acknowledged writes of each kind once more: they must be remembered with what they did. */
  async repeat(atLeast: number): Promise<void> {
    const { random } = this.#options;
    const acknowledged = this.writes.filter((write) => write.acknowledged !== null);
    const kinds = [...Map.groupBy(acknowledged, ({ kind }) => kind).values()];
    const each = Math.ceil(atLeast / kinds.length);
    const some = kinds.flatMap((writes) => Array.from({ length: each }, () => random.pick(writes)));
    for (const write of new Set(some)) await this.#delivery.send(write, true);
  }

  #tick(): void {
    const due = Math.floor(((performance.now() - this.#startedAt) / 1_000) * this.#options.rate);
    while (this.#begun + this.#heldBack < due) {
      if (this.#running.size >= this.#options.rate * SECONDS_UNDER_WAY) {
        this.#heldBack += 1;
        continue;
      }
      this.#begun += 1;
      const running = this.#operate().catch((error: unknown) => {
        this.#options.findings.violate(`The load itself failed: ${error instanceof Error ? error.stack : error}`);
      });
      this.#running.add(running);
      void running.then(() => this.#running.delete(running));
    }
  }

  async #operate(): Promise<void> {
    const { random, caller, club } = this.#options;
    const intentions = this.#intentions;
    const operation = OPERATIONS[random.weighted(WEIGHTS)] ?? 'activity';
    switch (operation) {
      case 'activity':
        return this.#delivery.send(intentions.stamp());
      case 'batch':
        return this.#delivery.sendBatch(Array.from({ length: BATCH }, () => intentions.stamp()));
      case 'member':
        return void (await caller.call(MEMBER, { id: random.pick(club.members).id }));
      case 'members':
        return void (await caller.call(MEMBERS));
      case 'standings':
        return void (await caller.call(STANDINGS));
      case 'redemption':
        return this.#hurry([intentions.redemption()]);
      case 'ending':
        return this.#hurry(intentions.endings());
      case 'reversal':
        return this.#hurry(await this.#considered(intentions.reversals()));
      case 'deduction':
        return this.#delivery.send(intentions.deduction());
    }
  }

  /** Sends all at once, and sometimes each of them twice. */
  async #hurry(writes: readonly Write[]): Promise<void> {
    const all = this.#options.random.chance(IMPATIENT) ? [...writes, ...writes] : writes;
    await Promise.all(all.map((write) => this.#delivery.send(write)));
  }

  /** Sometimes looks what a reversal would do before it is sent. */
  async #considered(reversals: readonly Reversal[]): Promise<readonly Reversal[]> {
    const [first] = reversals;
    // What two want at once may be gone before anybody has looked at it.
    const isSure = first !== undefined && reversals.length === 1;
    if (isSure && this.#options.random.chance(CAREFUL)) await this.#delivery.preview(first);
    return reversals;
  }
}
