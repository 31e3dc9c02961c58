import { canonicalJson } from '../../platform/canonical.ts';
import { instant, type Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx } from '../../platform/tx.ts';
import type { ConfigStatus } from '../../rules/types.ts';
import type { AuditService, Author } from '../audit/index.ts';

/** What is to be saved. `definition` is plain JSON and holds neither code, version nor status. */
export interface ConfigurationDraft extends Author {
  /** `activity-type`, `earning-rule`, `campaign`, … */
  kind: string;
  /** Lower-kebab-case, at most 60 characters; refused with BAD_USER_INPUT at ['input', 'code'] otherwise. */
  code: string;
  status: ConfigStatus;
  definition: object;
}

/** The current version of one piece of configuration. */
export interface StoredConfiguration<Definition extends object = Record<string, unknown>> {
  kind: string;
  code: string;
  /** From 1; rises with every change. */
  version: number;
  status: ConfigStatus;
  definition: Definition;
  createdAt: Date;
  updatedAt: Date;
}

const CODE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const LONGEST_CODE = 60;

const COLUMNS = 'kind, code, version, status, definition, created_at as "createdAt", updated_at as "updatedAt"';

/**
 * Keeps configuration of every kind: the current version in `configurations`, every version there ever was in
 * `configuration_versions`. Each save that changes something raises `program.generation`, which tells every node to
 * compile the programme anew.
 */
export class ConfigurationStore {
  readonly #reader: Reader;
  readonly #audit: AuditService;

  constructor(reader: Reader, audit: AuditService) {
    this.#reader = reader;
    this.#audit = audit;
  }

  /**
   * Creates or updates by kind and code. Saving the same status and definition again changes nothing and is not recorded.
   * @throws Refusal BAD_USER_INPUT for a code that is not lower-kebab-case.
   */
  async saveIn(tx: Tx, draft: ConfigurationDraft): Promise<{ version: number; changed: boolean }> {
    requireCode(draft.code);
    // All saves pass through this one row, so two at once get two versions instead of one lost update. Configuration
    // changes a few times a day, and recording only reads the row, which never waits.
    await tx.query('select generation from program where id = 1 for update');
    const before = await this.getIn<Record<string, unknown>>(tx, draft.kind, draft.code);
    if (before !== null && isSame(before, draft)) return { version: before.version, changed: false };
    const version = (before?.version ?? 0) + 1;
    await writeVersion(tx, draft, version);
    await tx.query('update program set generation = generation + 1 where id = 1');
    await this.#audit.recordIn(tx, {
      actor: draft.actor,
      requestId: draft.requestId,
      action: `${draft.kind}.saved`,
      targetKind: draft.kind,
      targetId: draft.code,
      before: before && { version: before.version, status: before.status, ...before.definition },
      after: { version, status: draft.status, ...draft.definition },
    });
    return { version, changed: true };
  }

  /** The current version, or null. */
  get<Definition extends object>(kind: string, code: string): Promise<StoredConfiguration<Definition> | null> {
    return this.getIn<Definition>(this.#reader, kind, code);
  }

  /** `get` inside a transaction, or through any other reader. */
  async getIn<Definition extends object>(
    reader: Reader,
    kind: string,
    code: string,
  ): Promise<StoredConfiguration<Definition> | null> {
    const rows = await reader.query<StoredConfiguration<Definition>>(
      `select ${COLUMNS} from configurations where kind = $1 and code = $2`,
      [kind, code],
    );
    const row = rows[0];
    return row === undefined ? null : toConfiguration(row);
  }

  /** The current versions of one kind in order of their codes; only those in `statuses` when it is given. */
  list<Definition extends object>(
    kind: string,
    statuses?: readonly ConfigStatus[] | null,
  ): Promise<StoredConfiguration<Definition>[]> {
    return this.listIn<Definition>(this.#reader, kind, statuses);
  }

  /** `list` inside a transaction, or through any other reader. */
  async listIn<Definition extends object>(
    reader: Reader,
    kind: string,
    statuses?: readonly ConfigStatus[] | null,
  ): Promise<StoredConfiguration<Definition>[]> {
    const rows = await reader.query<StoredConfiguration<Definition>>(
      `select ${COLUMNS} from configurations
       where kind = $1 and ($2::text[] is null or status = any ($2)) order by code collate "C"`,
      [kind, statuses == null ? null : [...statuses]],
    );
    return rows.map(toConfiguration);
  }

  /** The number that rises with every change of settings or configuration. */
  async generationIn(reader: Reader): Promise<number> {
    const rows = await reader.query<{ generation: number }>('select generation from program where id = 1');
    return rows[0]?.generation ?? 0;
  }
}

/** Passes for a code: lower-kebab-case, at most 60 characters. @throws Refusal BAD_USER_INPUT at ['input', …path]. */
export function requireCode(code: string, path: readonly string[] = ['code']): void {
  if (CODE.test(code) && code.length <= LONGEST_CODE) return;
  throw new Refusal(
    ErrorCode.BAD_USER_INPUT,
    `A code is lower-kebab-case, such as "double-points-week", and has at most ${LONGEST_CODE} characters.`,
    { path: ['input', ...path] },
  );
}

function isSame(before: StoredConfiguration, draft: ConfigurationDraft): boolean {
  return before.status === draft.status && canonicalJson(before.definition) === canonicalJson(draft.definition);
}

async function writeVersion(tx: Tx, draft: ConfigurationDraft, version: number): Promise<void> {
  const savedAt = new Date(tx.now).toISOString();
  const values = [draft.kind, draft.code, version, draft.status, JSON.stringify(draft.definition), savedAt];
  await tx.query(
    `insert into configurations (kind, code, version, status, definition, created_at, updated_at)
     values ($1, $2, $3, $4, $5::jsonb, $6, $6)
     on conflict (kind, code) do update set version = excluded.version, status = excluded.status,
       definition = excluded.definition, updated_at = excluded.updated_at`,
    values,
  );
  await tx.query(
    `insert into configuration_versions (kind, code, version, status, definition, saved_at, saved_by)
     values ($1, $2, $3, $4, $5::jsonb, $6, $7)`,
    [...values, draft.actor],
  );
}

function toConfiguration<Definition extends object>(
  row: StoredConfiguration<Definition>,
): StoredConfiguration<Definition> {
  return { ...row, createdAt: instant(row.createdAt), updatedAt: instant(row.updatedAt) };
}
