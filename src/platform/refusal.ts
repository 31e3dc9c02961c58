/** Every code a client can meet, in `userErrors[].code` or in `errors[].extensions.code`. The catalogue is schema/errors.md. */
export enum ErrorCode {
  UNAUTHENTICATED = 'UNAUTHENTICATED',
  FORBIDDEN = 'FORBIDDEN',
  NOT_FOUND = 'NOT_FOUND',
  BAD_USER_INPUT = 'BAD_USER_INPUT',
  CONFLICT = 'CONFLICT',
  RATE_LIMITED = 'RATE_LIMITED',
  QUERY_TOO_COMPLEX = 'QUERY_TOO_COMPLEX',
  SERVICE_UNAVAILABLE = 'SERVICE_UNAVAILABLE',
  INTERNAL = 'INTERNAL',
  IDEMPOTENCY_KEY_REUSED = 'IDEMPOTENCY_KEY_REUSED',
  EVENT_IN_FUTURE = 'EVENT_IN_FUTURE',
  UNKNOWN_ACTIVITY_TYPE = 'UNKNOWN_ACTIVITY_TYPE',
  INVALID_EXPRESSION = 'INVALID_EXPRESSION',
  MEMBER_NOT_ACTIVE = 'MEMBER_NOT_ACTIVE',
  INSUFFICIENT_POINTS = 'INSUFFICIENT_POINTS',
  OUT_OF_STOCK = 'OUT_OF_STOCK',
  LIMIT_REACHED = 'LIMIT_REACHED',
  TIER_REQUIRED = 'TIER_REQUIRED',
  NOT_ELIGIBLE = 'NOT_ELIGIBLE',
  NOT_STARTED = 'NOT_STARTED',
  ENDED = 'ENDED',
  ALREADY_REVERSED = 'ALREADY_REVERSED',
  NOT_REVERSIBLE = 'NOT_REVERSIBLE',
  REFERRAL_REJECTED = 'REFERRAL_REJECTED',
  CURSOR_EXPIRED = 'CURSOR_EXPIRED',
}

export interface RefusalOptions {
  /** Where in the input the trouble lies, for example ['input', 'points', 'perAmount', 'per']. */
  path?: readonly string[];
  /** True when the same request may succeed later, unchanged. */
  retryable?: boolean;
  /** Machine-readable facts, for example { missingPoints: 12 }. Never secrets, never another member's data. */
  details?: Record<string, unknown>;
}

/**
 * The only thing services throw on purpose. A mutation turns it into `userErrors`, a query into a top-level error
 * with its code. The message is a full sentence for a developer: what is wrong and what to do next.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** Not named `path`: GraphQL takes an error with a path for one that knows its place in the answer. */
  readonly inputPath: readonly string[] | null;
  readonly retryable: boolean;
  readonly details: Record<string, unknown> | null;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: RefusalOptions = {},
  ) {
    super(message);
    this.inputPath = options.path ?? null;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? null;
  }
}
