import type { Programme } from './programme.ts';
import type { ActivityFacts, Evaluation, MemberState, UsageKey } from './types.ts';

/** Names every usage counter that `evaluate` may ask for: the caps and budgets of what listens and is valid. */
export function requiredUsage(programme: Programme, memberId: string, activity: ActivityFacts): UsageKey[] {
  throw new Error(`not yet: ${programme.program.name} ${memberId} ${activity.id}`);
}

/** What an activity does to a member: same input, same output. */
export function evaluate(programme: Programme, state: MemberState, activity: ActivityFacts): Evaluation {
  throw new Error(`not yet: ${programme.program.name} ${state.member.id} ${activity.id}`);
}
