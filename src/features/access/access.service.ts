import { hash, randomBytes } from 'node:crypto';
import { newId } from '../../platform/ids.ts';
import { instant, instantOrNull, type Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { requireLine } from '../../platform/text.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { AuditService, Author } from '../audit/index.ts';
import type { ApiKeyScope } from './access.scopes.ts';

/** A key as it is shown; never with its hash. */
export interface ApiKeyRecord {
  id: string;
  name: string;
  prefix: string;
  scopes: ApiKeyScope[];
  createdAt: Date;
  createdBy: string;
  revokedAt: Date | null;
}

/** What the edge needs of a key that is in force. Keys do not expire, they are revoked. */
export interface ActiveApiKey {
  id: string;
  scopes: readonly string[];
  expiresAt: null;
}

export interface AccessOptions {
  work: UnitOfWork;
  reader: Reader;
  audit: AuditService;
  /** Told the hash of a key that was revoked on this node, after the commit, so that a cache forgets it at once. */
  onRevoked?: (hash: string) => void;
}

/** Tells every node through the outbox that a key was revoked: `{ keyId }`. Clients never see it. */
export const API_KEY_REVOKED = 'ApiKeyRevoked';

/** More keys than any shop has systems; keeps the list in one page. */
const MOST_ACTIVE_KEYS = 100;
const LONGEST_NAME = 60;
/** `pk_` and seven of the 43 characters: enough to recognise a key, while 214 of its 256 bits stay unknown. */
const PREFIX_LENGTH = 10;

const COLUMNS = `id, name, prefix, scopes, created_at as "createdAt", created_by as "createdBy", revoked_at as "revokedAt"`;

/** Makes, lists and revokes the keys with which shops' systems speak for themselves. */
export class AccessService {
  readonly #work: UnitOfWork;
  readonly #reader: Reader;
  readonly #audit: AuditService;
  readonly #onRevoked: (hash: string) => void;

  constructor(options: AccessOptions) {
    this.#work = options.work;
    this.#reader = options.reader;
    this.#audit = options.audit;
    this.#onRevoked = options.onRevoked ?? (() => {});
  }

  /**
   * Makes a key. The secret is in the answer and nowhere else; only its SHA-256 is stored, which is enough for 256 random bits.
   * @throws Refusal BAD_USER_INPUT for a bad name or no scopes, LIMIT_REACHED at 100 keys in force.
   */
  async create(
    input: { name: string; scopes: readonly ApiKeyScope[] },
    author: Author,
  ): Promise<{ apiKey: ApiKeyRecord; secret: string }> {
    const name = requireLine(input.name, { path: ['input', 'name'], longest: LONGEST_NAME });
    const scopes = [...new Set(input.scopes)].sort();
    if (scopes.length === 0) throw noScopes();
    const secret = `pk_${randomBytes(32).toString('base64url')}`;
    const id = newId();
    // Repeating it after an unknown commit could leave a second key whose secret nobody has.
    const scope = { name: 'access.create-key', idempotent: false };
    const apiKey = await this.#work.run(scope, async (tx) => {
      const key = { id, name, scopes, prefix: secret.slice(0, PREFIX_LENGTH), createdAt: new Date(tx.now) };
      const record: ApiKeyRecord = { ...key, createdBy: author.actor, revokedAt: null };
      await insertKeyIn(tx, record, hash('sha256', secret, 'hex'));
      await this.#recordIn(tx, author, 'api-key.created', id, null, { name, scopes, prefix: record.prefix });
      return record;
    });
    return { apiKey, secret };
  }

  /** Revokes a key for good; revoking it again changes nothing. @throws Refusal NOT_FOUND. */
  async revoke(id: string, author: Author): Promise<ApiKeyRecord> {
    const revoked = await this.#work.run({ name: 'access.revoke-key' }, async (tx) => {
      const rows = await tx.query<ApiKeyRecord & { hash: string }>(
        `select ${COLUMNS}, hash from api_keys where id::text = $1 for update`,
        [id.replaceAll('\0', '')],
      );
      const key = rows[0];
      if (key === undefined) throw unknownKey();
      if (key.revokedAt !== null) return key;
      const revokedAt = new Date(tx.now);
      await tx.query('update api_keys set revoked_at = $2 where id = $1', [key.id, revokedAt.toISOString()]);
      const payload = { keyId: key.id };
      tx.emit({ id: newId(), type: API_KEY_REVOKED, memberId: null, occurredAt: tx.now, payload });
      const { name, scopes, prefix } = key;
      await this.#recordIn(tx, author, 'api-key.revoked', key.id, { name, scopes, prefix }, null);
      return { ...key, revokedAt };
    });
    this.#onRevoked(revoked.hash);
    return toRecord(revoked);
  }

  /** Every key, those in force first, then the newest first. */
  async list(): Promise<ApiKeyRecord[]> {
    const rows = await this.#reader.query<ApiKeyRecord>(
      `select ${COLUMNS} from api_keys order by revoked_at is not null, id desc limit 1000`,
    );
    return rows.map(toRecord);
  }

  /** The key in force whose secret has this SHA-256 (hexadecimal), or null. */
  async findByHash(keyHash: string): Promise<ActiveApiKey | null> {
    const rows = await this.#reader.query<{ id: string; scopes: string[] }>(
      'select id, scopes from api_keys where hash = $1 and revoked_at is null',
      [keyHash],
    );
    const key = rows[0];
    return key === undefined ? null : { id: key.id, scopes: key.scopes, expiresAt: null };
  }

  #recordIn(tx: Tx, author: Author, action: string, id: string, before: object | null, after: object | null) {
    return this.#audit.recordIn(tx, {
      actor: author.actor,
      requestId: author.requestId,
      action,
      targetKind: 'api-key',
      targetId: id,
      before: before && { ...before },
      after: after && { ...after },
    });
  }
}

/** Inserts the key unless as many as there may be are in force. */
async function insertKeyIn(tx: Tx, key: ApiKeyRecord, keyHash: string): Promise<void> {
  const inserted = await tx.query(
    `insert into api_keys (id, name, hash, prefix, scopes, created_at, created_by)
     select $1, $2, $3, $4, $5::text[], $6, $7
     where (select count(*) from api_keys where revoked_at is null) < $8 returning id`,
    [key.id, key.name, keyHash, key.prefix, key.scopes, key.createdAt.toISOString(), key.createdBy, MOST_ACTIVE_KEYS],
  );
  if (inserted.length > 0) return;
  throw new Refusal(
    ErrorCode.LIMIT_REACHED,
    `There are ${MOST_ACTIVE_KEYS} API keys in force, which is the limit. Revoke those that nothing uses any more.`,
    { details: { limit: MOST_ACTIVE_KEYS } },
  );
}

function toRecord(row: ApiKeyRecord): ApiKeyRecord {
  const { id, name, prefix, scopes, createdAt, createdBy, revokedAt } = row;
  return {
    id,
    name,
    prefix,
    scopes,
    createdAt: instant(createdAt),
    createdBy,
    revokedAt: instantOrNull(revokedAt),
  };
}

function noScopes(): Refusal {
  return new Refusal(ErrorCode.BAD_USER_INPUT, 'A key needs at least one scope; without any it could do nothing.', {
    path: ['input', 'scopes'],
  });
}

function unknownKey(): Refusal {
  return new Refusal(ErrorCode.NOT_FOUND, 'There is no API key with this id. The query apiKeys lists them.', {
    path: ['input', 'id'],
  });
}
