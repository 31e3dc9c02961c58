import type { Reader } from '../../platform/reader.ts';
import { RowSet } from '../../platform/rows.ts';
import type { Tx } from '../../platform/tx.ts';
import type { GoalKey, GoalState } from '../../rules/game.types.ts';
import { emptyGoal, type PackedGoal, packGoal, unpackGoal, versionOf } from '../../rules/goal-codec.ts';

/** One member's goals as they are stored, each with the version of the fill under which it was counted. */
interface StoredGoals {
  goals: Record<string, PackedGoal>;
}

interface GoalsRow {
  memberId: string;
  goals: StoredGoals;
}

/** A row of either half of READ. */
type FoundRow = GoalsRow | { memberId: null; key: GoalKey; version: number };

const goalsRows = new RowSet<GoalsRow>({ memberId: 'uuid', goals: 'json' });

// There are a few dozen fills at most, so they travel with the documents instead of in a round trip of their own.
const READ = `
  select member_id as "memberId", goals, null as key, null as version from member_progress where member_id = any ($1::uuid[])
  union all select null, null, key, version from goal_fills`;

/**
 * What these members have done towards challenges and badges, in one statement. To change and write it, load it in a
 * transaction that holds the members' locks.
 */
export async function loadGoals(reader: Reader, memberIds: readonly string[]): Promise<GoalsBook> {
  const stored = new Map<string, StoredGoals>();
  const versions = new Map<GoalKey, number>();
  for (const row of await reader.query<FoundRow>(READ, [memberIds])) {
    if (row.memberId === null) versions.set(row.key, row.version);
    else stored.set(row.memberId, row.goals);
  }
  return new GoalsBook(stored, versions);
}

/** The states of some members, as they were loaded and as everything since has left them. */
export class GoalsBook {
  readonly #stored: ReadonlyMap<string, StoredGoals>;
  readonly #versions: ReadonlyMap<GoalKey, number>;
  readonly #read = new Map<string, Map<GoalKey, GoalState | undefined>>();
  readonly #changed = new Map<string, Map<GoalKey, GoalState>>();

  constructor(stored: ReadonlyMap<string, StoredGoals>, versions: ReadonlyMap<GoalKey, number>) {
    this.#stored = stored;
    this.#versions = versions;
  }

  /** A member's state now; undefined when nothing has counted yet. */
  goalOf(memberId: string, key: GoalKey): GoalState | undefined {
    const read = entryOf(this.#read, memberId);
    if (!read.has(key)) read.set(key, this.#unpack(memberId, key));
    return read.get(key);
  }

  /** Whether a state was counted by what the goal counts now; otherwise `goalOf` shows it empty until it is counted anew. */
  isCurrent(memberId: string, key: GoalKey): boolean {
    if (this.#changed.get(memberId)?.has(key)) return true;
    const packed = this.#stored.get(memberId)?.goals[key];
    return (packed === undefined ? 0 : versionOf(packed)) === (this.#versions.get(key) ?? 0);
  }

  /** Replaces a state. */
  set(memberId: string, key: GoalKey, state: GoalState): void {
    entryOf(this.#read, memberId).set(key, state);
    entryOf(this.#changed, memberId).set(key, state);
  }

  /** Stores the documents that changed, in one statement. */
  async write(tx: Tx): Promise<void> {
    const rows = [...this.#changed].map(([memberId, changes]) => ({ memberId, goals: this.#pack(memberId, changes) }));
    await goalsRows.insert(tx, 'member_progress', rows, 'on conflict (member_id) do update set goals = excluded.goals');
  }

  #unpack(memberId: string, key: GoalKey): GoalState | undefined {
    const packed = this.#stored.get(memberId)?.goals[key];
    if (packed === undefined) return undefined;
    const state = unpackGoal(packed);
    return this.isCurrent(memberId, key) ? state : withoutAmounts(state);
  }

  #pack(memberId: string, changes: ReadonlyMap<GoalKey, GoalState>): StoredGoals {
    // What was read from the database is changed in place: copying dozens of keys cost as much as writing them.
    const stored = this.#stored.get(memberId) ?? { goals: {} };
    for (const [key, state] of changes) stored.goals[key] = packGoal(state, this.#versions.get(key));
    return stored;
  }
}

/** What is left of a state when what the goal counts has changed: only what was paid, so that it is not paid again. */
function withoutAmounts({ buckets, times, firstCompletedAt, completedAt }: GoalState): GoalState {
  const paid = buckets.filter(({ done }) => done > 0);
  return {
    ...emptyGoal(),
    ...{ times, firstCompletedAt, completedAt },
    buckets: paid.map(({ values, ...bucket }) => ({ ...bucket, amount: 0, values: values === null ? null : [] })),
  };
}

function entryOf<Value>(map: Map<string, Map<GoalKey, Value>>, memberId: string): Map<GoalKey, Value> {
  let entry = map.get(memberId);
  if (entry === undefined) {
    entry = new Map();
    map.set(memberId, entry);
  }
  return entry;
}
