import type { Findings } from './findings.ts';
import { statement } from './own-postgres.ts';
import type { Write } from './writes.ts';

/** The writes that were done, by kind. */
export class Applied {
  readonly #byKind: ReadonlyMap<Write['kind'], readonly Write[]>;

  private constructor(writes: readonly Write[]) {
    this.#byKind = Map.groupBy(writes, ({ kind }) => kind);
  }

  /**
   * Those that were acknowledged, and those whose clients gave up although the database remembers their keys. What was
   * acknowledged and is not remembered is a violation, and so is what was refused though it was done, or nobody else was first.
   */
  static async read(databaseUrl: string, writes: readonly Write[], findings: Findings): Promise<Applied> {
    const rows = await statement<{ key: string }>(
      databaseUrl,
      'select key from idempotency_keys union all select idempotency_key from activities',
    );
    const kept = new Set(rows.map(({ key }) => key));
    const applied = writes.filter(({ key, acknowledged }) => acknowledged !== null || kept.has(key));
    const taken = new Set(applied.map(aimOf));
    for (const write of writes) {
      const { key, acknowledged, refused } = write;
      if (acknowledged !== null && !kept.has(key)) findings.violate(`The acknowledged write ${key} was lost.`);
      if (refused && kept.has(key)) findings.violate(`The write ${key} was refused and done.`);
      if (refused && !taken.has(aimOf(write))) findings.violate(`The write ${key} was refused, but nobody came first.`);
    }
    return new Applied(applied);
  }

  of<Kind extends Write['kind']>(kind: Kind): Extract<Write, { kind: Kind }>[] {
    return (this.#byKind.get(kind) ?? []) as Extract<Write, { kind: Kind }>[];
  }
}

/** The voucher or the activity that a write is after; null for one that is after none. */
function aimOf(write: Write): Write | null {
  return 'of' in write ? write.of : null;
}
