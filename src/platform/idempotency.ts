import { hashOf } from './canonical.ts';
import { ErrorCode, Refusal } from './refusal.ts';
import { isStorable } from './text.ts';
import type { Tx } from './tx.ts';

/** What makes a call the same call. */
export interface IdempotentCall {
  /** Who sent it and for what, for example `members.enrol:staff:anna`: keys of different callers never meet. */
  scope: string;
  /** The client's key, 1 to 255 characters. */
  key: string;
  /** The input without the key. Leave out what was not given, so that null and absent hash alike where they mean the same. */
  input: unknown;
}

/** What was answered, and whether it was answered before. */
export interface IdempotentAnswer<Response> {
  response: Response;
  replayed: boolean;
}

const LONGEST_KEY = 255;

/**
 * Does `work` once per scope and key: the first call does it and remembers its response in the same transaction, later
 * calls with the same input get that response again. A refusal rolls the key back with everything else, so refused input
 * is not remembered. Two calls at once: the second waits for the first on the key's row and then replays it.
 *
 * Must be the first write of the transaction. Needs READ COMMITTED, so that the waiting call sees what it waited for.
 * @throws Refusal BAD_USER_INPUT for a key that is empty or too long, IDEMPOTENCY_KEY_REUSED for another input.
 */
export async function onceIn<Response extends object>(
  tx: Tx,
  call: IdempotentCall,
  work: () => Promise<Response>,
): Promise<IdempotentAnswer<Response>> {
  requireKey(call.key);
  const inputHash = hashOf(call.input);
  const claimed = await tx.query(
    `insert into idempotency_keys (scope, key, input_hash, response, created_at) values ($1, $2, $3, '{}', $4)
     on conflict (scope, key) do nothing returning key`,
    [call.scope, call.key, inputHash, new Date(tx.now).toISOString()],
  );
  if (claimed.length === 0) return { response: await remembered<Response>(tx, call, inputHash), replayed: true };
  const response = await work();
  await tx.query('update idempotency_keys set response = $3::json where scope = $1 and key = $2', [
    call.scope,
    call.key,
    JSON.stringify(response),
  ]);
  return { response, replayed: false };
}

/** @throws Refusal BAD_USER_INPUT unless the key has 1 to 255 characters that can be stored. */
export function requireKey(key: string, path: readonly string[] = ['input', 'idempotencyKey']): void {
  if (key.length >= 1 && key.length <= LONGEST_KEY && isStorable(key)) return;
  throw new Refusal(
    ErrorCode.BAD_USER_INPUT,
    `An idempotency key has 1 to ${LONGEST_KEY} characters; a fresh UUID for each intention is a good one.`,
    { path },
  );
}

async function remembered<Response extends object>(tx: Tx, call: IdempotentCall, inputHash: string): Promise<Response> {
  const rows = await tx.query<{ inputHash: string; response: Response }>(
    'select input_hash as "inputHash", response from idempotency_keys where scope = $1 and key = $2',
    [call.scope, call.key],
  );
  const row = rows[0];
  if (row?.inputHash === inputHash) return row.response;
  throw new Refusal(
    ErrorCode.IDEMPOTENCY_KEY_REUSED,
    'This idempotency key was used before with another input. Use a new key for a new intention.',
    { path: ['input', 'idempotencyKey'] },
  );
}

/** Forgets keys older than this many milliseconds (24 hours are promised). Returns how many there were. */
export async function forgetKeysIn(tx: Tx, olderThanMs: number): Promise<number> {
  const rows = await tx.query('delete from idempotency_keys where created_at < $1 returning 1', [
    new Date(tx.now - olderThanMs).toISOString(),
  ]);
  return rows.length;
}
