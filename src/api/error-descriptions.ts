import { ErrorCode } from '../platform/refusal.ts';

export interface ErrorDescription {
  /** What it means, in one sentence or two. */
  cause: string;
  /** What whoever gets it should do. */
  remedy: string;
}

/** The catalogue of codes. The schema's descriptions and schema/errors.md are both made from it. */
export const ERROR_CATALOGUE: Readonly<Record<ErrorCode, ErrorDescription>> = {
  UNAUTHENTICATED: {
    cause: 'No credential was sent, or it is malformed, expired or revoked.',
    remedy: 'Get a fresh credential and send it with the same request.',
  },
  FORBIDDEN: {
    cause: 'The credential is good but does not allow this.',
    remedy: 'Use a credential with the role or scope that the description of the field names.',
  },
  NOT_FOUND: {
    cause: 'There is no such thing, or you may not know of it.',
    remedy: 'Check the id or code.',
  },
  BAD_USER_INPUT: {
    cause: 'The request is malformed, or a value is outside what its description allows.',
    remedy: 'Correct what `path` points at; retrying unchanged does not help.',
  },
  CONFLICT: {
    cause: 'The thing was changed meanwhile, or a value that must be unique is taken.',
    remedy: 'Read it again and decide anew.',
  },
  RATE_LIMITED: {
    cause: 'Too much was asked in a short time.',
    remedy: 'Wait as long as the `retry-after` header or `details.retryAfterSeconds` says, then retry.',
  },
  QUERY_TOO_COMPLEX: {
    cause: 'The document is over a limit: size, depth, aliases, directives, page size or cost.',
    remedy: 'Ask for less at once. The message names the limit and the value it was compared with.',
  },
  SERVICE_UNAVAILABLE: {
    cause: 'The server cannot reach its database, or it is shutting down.',
    remedy: 'Retry the same request with the same idempotency key after a moment.',
  },
  INTERNAL: {
    cause: 'A fault on the server. Its details are in the server log under the request id.',
    remedy: 'Retry with the same idempotency key; report `extensions.requestId` if it stays.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    cause: 'The idempotency key was used before with another input.',
    remedy: 'Use a new key for a new intention, and the old key only with exactly the old input.',
  },
  EVENT_IN_FUTURE: {
    cause: '`occurredAt` is more than 5 minutes ahead of the server.',
    remedy: "Check the sender's clock and time zone, or leave `occurredAt` out.",
  },
  UNKNOWN_ACTIVITY_TYPE: {
    cause: 'No activity type has this code.',
    remedy: 'Correct the code, or save the type first with `saveActivityType`.',
  },
  INVALID_EXPRESSION: {
    cause: 'A CEL expression does not parse, does not type-check or is too large.',
    remedy: 'Correct the expression where the message points.',
  },
  MEMBER_NOT_ACTIVE: {
    cause: 'The member is suspended, merged or erased.',
    remedy: 'Leave it, or let staff make a suspended member active again with `setMemberStatus`.',
  },
  INSUFFICIENT_POINTS: {
    cause:
      'The member has fewer spendable points than needed, or owes points that were taken back after they had been spent (`details.deficit`).',
    remedy: 'Show `details.missingPoints`, and offer it again when the member has earned them.',
  },
  OUT_OF_STOCK: {
    cause: 'Nothing is left of it.',
    remedy: 'Offer something else.',
  },
  LIMIT_REACHED: {
    cause: 'A limit per member, programme or period is used up.',
    remedy: 'Try again when the limit frees, where `details` says that it does.',
  },
  TIER_REQUIRED: {
    cause: 'Only members of a higher tier may have this.',
    remedy: 'Show the member what the next tier takes.',
  },
  NOT_ELIGIBLE: {
    cause: 'The member does not belong to those this is for.',
    remedy: 'Offer something else; retrying does not help until the member changes.',
  },
  NOT_STARTED: {
    cause: 'It has not started yet.',
    remedy: 'Try again after its start.',
  },
  ENDED: {
    cause: 'It is over.',
    remedy: 'Offer something else.',
  },
  ALREADY_REVERSED: {
    cause:
      'It has been taken back before: the award was revoked, the redemption cancelled, or of the activity less is left than is asked for.',
    remedy:
      'Read it again to see when. Of an activity, `details.remainingFraction` says how much is left to take back.',
  },
  NOT_REVERSIBLE: {
    cause: 'The activity cannot be reversed, because its member is merged or erased.',
    remedy: 'Correct the points with `adjustPoints` instead, giving a reason.',
  },
  REFERRAL_REJECTED: {
    cause: 'The referral is not valid; the message says why.',
    remedy: 'Correct the code, or enrol the member without one.',
  },
  CURSOR_EXPIRED: {
    cause: 'The cursor is older than what the server keeps.',
    remedy: 'Read the present state, then subscribe without a cursor.',
  },
};

/** The code in the words of the schema: its cause and its remedy. */
export function describeError(code: ErrorCode): string {
  const { cause, remedy } = ERROR_CATALOGUE[code];
  return `${cause} ${remedy}`;
}

/** Every code, in the order of the enum. */
export const ERROR_CODES: readonly ErrorCode[] = Object.values(ErrorCode);
