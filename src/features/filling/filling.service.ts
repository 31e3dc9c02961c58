import { EVERY_PARTITION } from '../../platform/locks.ts';
import type { Reader } from '../../platform/reader.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { ProgrammeSource } from '../../recording/slice.ts';
import type { ConfigurationStore } from '../program/index.ts';
import {
  advanceFillIn,
  type Fill,
  type FillGoal,
  finishFillIn,
  lockFillIn,
  readFills,
} from '../progress/progress.fills.ts';
import { completeSharedIn } from './filling.community.ts';
import { findGoal, type PastGoal } from './filling.goals.ts';
import { countMembersIn } from './filling.turns.ts';

/** Members counted in one transaction: enough to share its cost, few enough that recording hardly waits for their locks. */
const MEMBERS_PER_TURN = 200;
/** A turn ends before the member with whom its activities are more than this, but not before its first. */
const ACTIVITIES_PER_TURN = 5_000;

/** What filling is made of. */
export interface FillingParts {
  work: UnitOfWork;
  reader: Reader;
  store: ConfigurationStore;
  programmes: Pick<ProgrammeSource, 'current'>;
  /** 200 unless a test sets it. */
  membersPerTurn?: number;
}

/** Counts what members did before a challenge or badge was saved, or before what it counts changed, and gives what is due. */
export class FillingService {
  readonly #parts: FillingParts;

  constructor(parts: FillingParts) {
    this.#parts = parts;
  }

  /**
   * The handler of FILL_GOAL. Each turn takes the locks of its members, counts them from scratch and notes in the same
   * transaction that they are done; so it may be killed and repeated at any point, be run twice at once, and others may record
   * meanwhile. Nobody is notified of what it gives.
   */
  async fill({ key }: FillGoal, signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const fill = (await readFills(this.#parts.reader, [key])).get(key);
      if (fill === undefined || fill.finishedAt !== null) return;
      const memberIds = await this.#membersAfter(fill.lastMemberId);
      if (memberIds.length === 0) await this.#finish(fill);
      else await this.#turn(fill, memberIds);
    }
  }

  #turn(fill: Fill, memberIds: readonly string[]): Promise<void> {
    const scope = { name: 'goals.fill', locks: memberIds, notify: false };
    return this.#parts.work.run(scope, async (tx) => {
      const goal = await this.#goalIn(tx, fill);
      if (goal === null) return;
      const programme = await this.#parts.programmes.current(tx);
      const done = await countMembersIn(tx, { goal, programme, completedKeys: fill.completedKeys }, memberIds);
      const last = memberIds[done - 1];
      if (last !== undefined) await advanceFillIn(tx, fill.key, last, done);
    });
  }

  /** Alone, so that no activity comes between the last look at what a community has and the end of the filling. */
  #finish(fill: Fill): Promise<void> {
    const scope = { name: 'goals.fill-finish', partitions: EVERY_PARTITION, notify: false };
    return this.#parts.work.run(scope, async (tx) => {
      const goal = await this.#goalIn(tx, fill);
      if (goal === null) return;
      if (goal.challenge?.mode === 'COMMUNITY') await completeSharedIn(tx, goal, fill.completedKeys);
      await finishFillIn(tx, fill.key);
    });
  }

  /**
   * What this turn is to count. Null when there is nothing for it: another worker was faster, the goal was saved anew
   * meanwhile and begins from the first member, or it is not active any more, which ends the filling.
   */
  async #goalIn(tx: Tx, fill: Fill): Promise<PastGoal | null> {
    const now = await lockFillIn(tx, fill.key);
    if (now === null || now.finishedAt !== null) return null;
    if (now.version !== fill.version || now.lastMemberId !== fill.lastMemberId) return null;
    const goal = await findGoal(tx, this.#parts.store, fill.key);
    if (goal === null) await finishFillIn(tx, fill.key);
    return goal;
  }

  /** The members of the next turn, in the order of their ids. Those who join later have nothing from before. */
  async #membersAfter(last: string | null): Promise<string[]> {
    const rows = await this.#parts.reader.query<{ id: string }>(
      `select id from (
         select id, row_number() over (order by id) as place, sum(activities) over (order by id) as activities
         from (select m.id, (select count(*) from activities a where a.member_id = m.id) as activities
           from members m where $1::uuid is null or m.id > $1 order by m.id limit $2) as next) as counted
       where place = 1 or activities <= $3 order by id`,
      [last, this.#parts.membersPerTurn ?? MEMBERS_PER_TURN, ACTIVITIES_PER_TURN],
    );
    return rows.map(({ id }) => id);
  }
}
