import type { ActivityFacts, MemberFacts, ProgramFacts } from './types.ts';

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

/** Why an expression gave no result for one activity, as a full sentence. */
export class ExpressionFault {
  constructor(readonly reason: string) {}
}

/** What every expression sees, converted lazily once for each activity. */
export interface Facts {
  readonly activity: ActivityFacts;
  readonly member: MemberFacts;
  readonly program: ProgramFacts;
}

export interface CompiledExpression<T> {
  readonly source: string;
  /** Evaluates; never throws. */
  run(facts: Facts): T | ExpressionFault;
}

export function compileCondition(source: string): CompiledExpression<boolean> {
  throw new ExpressionError(`not yet: ${source}`, null);
}

export function compilePoints(source: string): CompiledExpression<number> {
  throw new ExpressionError(`not yet: ${source}`, null);
}
