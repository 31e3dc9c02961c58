import { ErrorCode, Refusal } from './refusal.ts';

/**
 * What a failure of the database means for the work that met it.
 * - `conflict`: nothing was written and the same work may succeed at once (serialisation failure, deadlock, lock timeout).
 * - `connection`: the connection or the server went away; nothing was written unless COMMIT was under way.
 * - `overload`: the database was too slow or too full; nothing was written, and trying again at once would add to it.
 * - `other`: a fault of the statement or the code. Trying again would fail again.
 */
export type Failure = 'conflict' | 'connection' | 'overload' | 'other';

const CONFLICTS = new Set(['40001', '40P01', '55P03']);
// 57P05 is idle_session_timeout, 25P03 idle_in_transaction_session_timeout and 25P04 transaction_timeout: all end the session.
const SESSION_ENDS = new Set(['57P01', '57P02', '57P03', '57P05', '25P03', '25P04']);
const SOCKET_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);
// The driver reports some lost connections without a code; these are its sentences.
const LOST_CONNECTION =
  /connection terminated|connection error and is not queryable|client was closed|server closed the connection|socket hang up/i;
const POOL_TIMEOUT = /timeout exceeded when trying to connect|connection timeout/i;

/** Tells what kind of failure an error of the driver, or of the ORM around it, is. Never throws. */
export function failureOf(error: unknown): Failure {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth += 1) {
    const found = classify(current);
    if (found !== 'other') return found;
    const inner = innerErrors(current).map(failureOf);
    const telling = inner.find((failure) => failure !== 'other');
    if (telling !== undefined) return telling;
  }
  return 'other';
}

function classify(error: Error): Failure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (CONFLICTS.has(code)) return 'conflict';
  // 57014 is statement_timeout; class 53 is out of connections, memory or disk.
  if (code === '57014' || /^53/.test(code)) return 'overload';
  if (SESSION_ENDS.has(code) || /^08/.test(code) || SOCKET_ERRORS.has(code)) return 'connection';
  if (POOL_TIMEOUT.test(error.message)) return 'overload';
  return LOST_CONNECTION.test(error.message) ? 'connection' : 'other';
}

/** Node reports a refused connection to a name with several addresses as one AggregateError around one error each. */
function innerErrors(error: Error): readonly unknown[] {
  return error instanceof AggregateError ? error.errors : [];
}

/**
 * The pause before attempt number `attempt` (2, 3, …) in milliseconds: doubling from 20 ms for conflicts and from 100 ms
 * for lost connections, at most 2 s, with the upper half random so that competitors do not meet again.
 */
export function pauseBefore(attempt: number, failure: Failure, random: () => number): number {
  const firstMs = failure === 'conflict' ? 20 : 100;
  const ceilingMs = Math.min(2_000, firstMs * 2 ** (attempt - 2));
  return Math.round(ceilingMs * (0.5 + random() / 2));
}

/** What a caller is told when the database stays away or is too slow. The request may be sent again unchanged. */
export function unavailable(cause?: unknown): Refusal {
  const refusal = new Refusal(
    ErrorCode.SERVICE_UNAVAILABLE,
    'The database cannot be reached or is too slow at the moment. Send the same request again in a few seconds.',
    { retryable: true },
  );
  refusal.cause = cause;
  return refusal;
}

/** What a caller is told when the connection broke during COMMIT and the work must not be repeated blindly. */
export function outcomeUnknown(cause?: unknown): Refusal {
  const refusal = new Refusal(
    ErrorCode.SERVICE_UNAVAILABLE,
    'The connection to the database broke while the change was being committed, so it may or may not have taken effect. ' +
      'Look at the current state before sending the request again.',
    { retryable: false, details: { outcome: 'UNKNOWN' } },
  );
  refusal.cause = cause;
  return refusal;
}
