import { ProgramView } from './expression-facts.ts';
import { type CompiledExpression, compileMemberCondition, createFacts } from './expressions.ts';
import type { ActivityFacts, MemberFacts, ProgramFacts } from './types.ts';

/** Audiences see no activity, so any will do. */
const NO_ACTIVITY: ActivityFacts = {
  ...{ id: '', type: '', occurredAt: 0, channel: null, source: '', value: null, items: [], attributes: {} },
};

/** Tells who belongs to audiences, at one moment. Each expression is compiled once. */
export class Audiences {
  readonly #program: ProgramView;
  readonly #now: number;
  readonly #compiled = new Map<string, CompiledExpression<boolean> | null>();

  /** @param now epoch milliseconds */
  constructor(program: ProgramFacts, now: number) {
    this.#program = new ProgramView(program);
    this.#now = now;
  }

  /** Whether the member belongs to the audience; everybody belongs to null. */
  include(audience: string | null, member: MemberFacts): boolean {
    if (audience === null) return true;
    const facts = createFacts(this.#program, member, { ...NO_ACTIVITY, occurredAt: this.#now });
    return this.#compile(audience)?.run(facts) === true;
  }

  /** Null for an expression of an older version of Pokal that no longer compiles: then it is for nobody. */
  #compile(source: string): CompiledExpression<boolean> | null {
    let compiled = this.#compiled.get(source);
    if (compiled === undefined) {
      try {
        compiled = compileMemberCondition(source);
      } catch {
        compiled = null;
      }
      this.#compiled.set(source, compiled);
    }
    return compiled;
  }
}
