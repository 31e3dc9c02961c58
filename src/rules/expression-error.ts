/** An expression that cannot be saved. `position` is the zero-based offset into the source, or null for the whole. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  constructor(
    message: string,
    readonly position: number | null,
  ) {
    super(message);
  }
}

/** Why an expression gave no result for one activity: a sentence without its full stop. */
export class ExpressionFault {
  constructor(readonly reason: string) {}
}
