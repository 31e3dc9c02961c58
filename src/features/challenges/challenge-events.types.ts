import { InterfaceType, ObjectType } from 'type-graphql';
import { MemberEvent } from '../members/member-events.types.ts';
import type { PackedSnapshot } from './challenges.progress.ts';

@InterfaceType('ChallengeEvent', {
  implements: MemberEvent,
  description: 'Any event that brought a member further in a challenge.',
})
export abstract class ChallengeEvent extends MemberEvent {
  /** As the event keeps it; GraphQL shows it as a ChallengeProgress. */
  progress!: PackedSnapshot;
}

@ObjectType({
  implements: ChallengeEvent,
  description:
    'Something counted towards a challenge, or, when an activity was reversed, less than before. What completes it tells so by a ChallengeCompleted instead.',
})
export class ChallengeProgressed extends ChallengeEvent {}

@ObjectType({
  implements: ChallengeEvent,
  description:
    'The member completed a challenge. Of a community challenge, every contributor has one: whose activity completed it at once, the others when they are paid a moment later.',
})
export class ChallengeCompleted extends ChallengeEvent {}

@ObjectType({
  implements: ChallengeEvent,
  description:
    'The member has no longer completed a challenge, because an activity that counted was reversed. Its points are taken back, and it can be completed again.',
})
export class ChallengeReopened extends ChallengeEvent {}
