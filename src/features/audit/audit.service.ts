import type { Context } from '../../api/context.ts';
import { newId } from '../../platform/ids.ts';
import { type Page, type PageArguments, pageOf } from '../../platform/pages.ts';
import { instant, type Reader } from '../../platform/reader.ts';
import { isStorable } from '../../platform/text.ts';
import type { Tx } from '../../platform/tx.ts';

/** Who changes something and on which request: what every administrative change is recorded with. */
export interface Author {
  /** `admin:<subject>`, `staff:<subject>`, `service:<key id>`, `command:<name>`. */
  actor: string;
  requestId: string | null;
}

/** The author of what this request changes. */
export function authorOf(context: Pick<Context, 'viewer' | 'requestId'>): Author {
  return { actor: context.viewer.actor, requestId: context.requestId };
}

/** One administrative change to be recorded. `before` and `after` hold what changed, as plain JSON. */
export interface AuditDraft extends Author {
  /** Dotted, past tense: `earning-rule.saved`. */
  action: string;
  targetKind: string;
  targetId: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** One recorded change, as it is read back. */
export interface AuditRecord extends AuditDraft {
  id: string;
  occurredAt: Date;
}

/** Narrows the log to one actor, one action, or both. */
export interface AuditFilter {
  actor: string | null;
  action: string | null;
}

const COLUMNS = `a.id, a.actor, a.action, a.target_kind as "targetKind", a.target_id as "targetId", a.before, a.after,
  a.request_id as "requestId", a.occurred_at as "occurredAt"`;

/** Records and reads the log of administrative changes. Entries are never changed or removed. */
export class AuditService {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Records one change in the transaction that makes it; both commit together or not at all. */
  async recordIn(tx: Tx, draft: AuditDraft): Promise<void> {
    await tx.query(
      `insert into audit_entries (id, actor, action, target_kind, target_id, before, after, request_id, occurred_at)
       values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $9)`,
      [
        newId(),
        draft.actor,
        draft.action,
        draft.targetKind,
        draft.targetId,
        draft.before === null ? null : JSON.stringify(draft.before),
        draft.after === null ? null : JSON.stringify(draft.after),
        draft.requestId,
        new Date(tx.now).toISOString(),
      ],
    );
  }

  /** One page of the log, newest first. @throws Refusal BAD_USER_INPUT for a bad page size or cursor. */
  async page(page: PageArguments, filter: AuditFilter): Promise<Page<AuditRecord>> {
    // PostgreSQL would fail on such a text; nothing was ever stored under it.
    const possible = isStorable(filter.actor ?? '') && isStorable(filter.action ?? '');
    return pageOf<AuditRecord, AuditRecord>(this.#reader, page, {
      select: COLUMNS,
      from: 'audit_entries a',
      where: possible ? '($1::text is null or a.actor = $1) and ($2::text is null or a.action = $2)' : 'false',
      parameters: possible ? [filter.actor, filter.action] : [],
      // Ids are made in order, so they alone are the order of the log.
      order: [{ expression: 'a.id', type: 'uuid' }],
      direction: 'desc',
      toNode: (row) => Object.assign(row, { occurredAt: instant(row.occurredAt) }),
    });
  }

  /** One entry, or null. */
  async find(id: string): Promise<AuditRecord | null> {
    const rows = await this.#reader.query<AuditRecord>(`select ${COLUMNS} from audit_entries a where a.id = $1`, [id]);
    const row = rows[0];
    return row === undefined ? null : { ...row, occurredAt: instant(row.occurredAt) };
  }
}
