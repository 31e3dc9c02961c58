import type { Random } from '../../../src/demo/random.ts';
import type { Caller } from './caller.ts';
import { ADJUST, BOARD, type ClubMember, SPENT_POINTS } from './club.ts';
import type { Findings } from './findings.ts';

/** A write that was sent, and what was acknowledged of it. */
export interface Write {
  kind: 'stamp' | 'spend';
  key: string;
  memberId: string;
  /** What the first acknowledgement named: the activity or the entry, and the events. Null until then. */
  acknowledged: Acknowledgement | null;
}

export interface Acknowledgement {
  id: string;
  /** The ids of the events that it brought about. */
  events: string[];
  /** When it came, `performance.now()`. */
  at: number;
}

interface Outcome {
  activity?: { id: string } | null;
  entry?: { id: string } | null;
  effects: { id: string }[];
  replayed: boolean;
  userErrors: { code: string }[];
}

export interface LoadOptions {
  members: readonly ClubMember[];
  caller: Caller;
  random: Random;
  findings: Findings;
  /** Operations a second. */
  rate: number;
}

const RECORD = `mutation ($input: RecordActivityInput!) {
  recordActivity(input: $input) { activity { id } effects { id } replayed userErrors { code } }
}`;
const RECORD_MANY = `mutation ($input: RecordActivitiesInput!) {
  recordActivities(input: $input) { results { activity { id } effects { id } replayed userErrors { code } } }
}`;
const WALLET =
  'query ($id: ID!) { member(id: $id) { displayName wallet { active } ledger(first: 5) { edges { node { points } } } } }';
const MEMBERS = '{ members(first: 20) { edges { node { id displayName wallet { active } } } } }';
const STANDINGS = `{ leaderboard(code: "${BOARD}") { entries(first: 10) { edges { node { rank score } } } } }`;

const TICK_MS = 20;
/**
 * Operations under way at most, in seconds of the rate. While nothing can be done, clients wait instead of growing in
 * number: else what would be measured afterwards is how fast a machine works off a storm of its own making.
 */
const SECONDS_UNDER_WAY = 2;
const BATCH = 4;
/** 70 of 100 write: single activities, batches, deductions. The others read: a member, the list, the board. */
const SHARES = [50, 8, 12, 15, 8, 7];

/** Mixed operations at a steady rate, and a memory of every write. */
export class Load {
  readonly writes: Write[] = [];
  readonly #options: LoadOptions;
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | null = null;
  #startedAt = 0;
  #begun = 0;
  #heldBack = 0;
  #acknowledgedAt = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
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
    return this.#acknowledgedAt >= moment ? this.#acknowledgedAt : 0;
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
    findings.count('writes acknowledged', this.writes.filter(({ acknowledged }) => acknowledged !== null).length);
    const unanswered = this.writes.filter(({ acknowledged }) => acknowledged === null).length;
    if (unanswered > 0) findings.violate(`${unanswered} writes were never acknowledged.`);
  }

  /** Sends some of the acknowledged writes once more: they must be remembered with what they did. */
  async repeat(count: number): Promise<void> {
    const { random } = this.#options;
    const some = Array.from({ length: Math.min(count, this.writes.length) }, () => random.pick(this.writes));
    for (const write of new Set(some)) await this.#deliver([write], true);
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
    const { random, caller, members } = this.#options;
    const kind = random.weighted(SHARES);
    if (kind === 0) await this.#deliver([this.#newWrite('stamp')]);
    else if (kind === 1) await this.#deliver(Array.from({ length: BATCH }, () => this.#newWrite('stamp')));
    else if (kind === 2) await this.#deliver([this.#newWrite('spend')]);
    else if (kind === 3) await caller.call(WALLET, { id: random.pick(members).id });
    else await caller.call(kind === 4 ? MEMBERS : STANDINGS);
  }

  #newWrite(kind: Write['kind']): Write {
    const { random, members } = this.#options;
    const write: Write = {
      kind,
      key: `${kind}-${this.writes.length}`,
      memberId: random.pick(members).id,
      acknowledged: null,
    };
    this.writes.push(write);
    return write;
  }

  async #deliver(writes: readonly Write[], again = false): Promise<void> {
    const sentAt = performance.now();
    const outcomes = await this.#send(writes);
    writes.forEach((write, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined) return;
      this.#acknowledgedAt = Math.max(this.#acknowledgedAt, sentAt);
      this.#judge(write, outcome, again);
    });
  }

  async #send(writes: readonly Write[]): Promise<Outcome[]> {
    const { caller } = this.#options;
    const [first] = writes;
    if (first === undefined) return [];
    const { key: idempotencyKey, memberId } = first;
    if (first.kind === 'spend') {
      const input = { idempotencyKey, memberId, points: -SPENT_POINTS, reason: 'Spent' };
      const data = await caller.call<{ adjustPoints: Outcome }>(ADJUST, { input });
      return data === null ? [] : [data.adjustPoints];
    }
    if (writes.length === 1) {
      const input = { idempotencyKey, memberId, type: 'stamp' };
      const data = await caller.call<{ recordActivity: Outcome }>(RECORD, { input });
      return data === null ? [] : [data.recordActivity];
    }
    const activities = writes.map((write) => ({ idempotencyKey: write.key, memberId: write.memberId, type: 'stamp' }));
    type Many = { recordActivities: { results: Outcome[] } };
    const data = await caller.call<Many>(RECORD_MANY, { input: { activities } });
    return data?.recordActivities.results ?? [];
  }

  #judge(write: Write, outcome: Outcome, again: boolean): void {
    const { findings } = this.#options;
    const id = (outcome.activity ?? outcome.entry)?.id;
    const events = outcome.effects.map((effect) => effect.id);
    if (id === undefined) {
      findings.violate(`The write ${write.key} was refused: ${JSON.stringify(outcome.userErrors)}`);
      return;
    }
    const { acknowledged } = write;
    write.acknowledged ??= { id, events, at: performance.now() };
    if (!again || acknowledged === null) return;
    const same = acknowledged.id === id && `${acknowledged.events}` === `${events}`;
    if (!same || !outcome.replayed)
      findings.violate(`The write ${write.key}, sent again, was not remembered as it was.`);
  }
}
