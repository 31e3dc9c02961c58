import type { ErrorCode } from '../platform/refusal.ts';

/** One sentence per code: what it means and what to do. The schema and schema/errors.md both print these. */
export const ERROR_DESCRIPTIONS: Record<ErrorCode, string> = {
  UNAUTHENTICATED: 'No credential was sent, or it is malformed, expired or revoked. Get a fresh one and send it again.',
  FORBIDDEN: 'The credential is good but does not allow this. Use one with the role or scope that the field names.',
  NOT_FOUND: 'There is no such thing, or you may not know of it. Check the id or code.',
  BAD_USER_INPUT:
    'The request is malformed or a value is outside what its description allows. Correct it; retrying does not help.',
  CONFLICT: 'The thing was changed meanwhile, or a unique value is taken. Read it again and decide anew.',
  RATE_LIMITED:
    'Too much was asked in a short time. Wait for the `retry-after` header or `details.retryAfterSeconds`, then retry.',
  QUERY_TOO_COMPLEX:
    'The document is over a limit (size, depth, aliases, directives, page size or cost). Ask for less at once.',
  SERVICE_UNAVAILABLE:
    'The server cannot reach its database or is shutting down. Retry the same request with the same key.',
  INTERNAL: 'A fault on the server. Retry with the same key, and report the request id if it stays.',
  IDEMPOTENCY_KEY_REUSED: 'The idempotency key was used before with another input. Use a new key for a new intention.',
  EVENT_IN_FUTURE: "`occurredAt` is more than 5 minutes ahead of the server. Check the sender's clock.",
  UNKNOWN_ACTIVITY_TYPE: 'No activity type has this code. Save the type first or correct the code.',
  INVALID_EXPRESSION: 'A CEL expression does not parse, does not type-check or is too large. The message says where.',
  MEMBER_NOT_ACTIVE: 'The member is suspended, merged or erased, so this is not possible for them.',
  INSUFFICIENT_POINTS: 'The member has fewer spendable points than needed; `details` says how many are missing.',
  OUT_OF_STOCK: 'Nothing is left of it.',
  LIMIT_REACHED: 'A limit per member, programme or period is used up; `details` says when it frees, if it does.',
  TIER_REQUIRED: 'A higher tier is needed.',
  NOT_ELIGIBLE: 'The member does not belong to those this is for.',
  NOT_STARTED: 'It has not started yet.',
  ENDED: 'It is over.',
  ALREADY_REVERSED: 'It has been reversed before.',
  NOT_REVERSIBLE: 'This kind of thing cannot be reversed.',
  REFERRAL_REJECTED: 'The referral is not valid; the message says why.',
  CURSOR_EXPIRED:
    'The cursor is older than what the server keeps. Read the present state, then subscribe without a cursor.',
};
