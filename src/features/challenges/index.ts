export { ChallengeCompleted, ChallengeProgressed, ChallengeReopened } from './challenge-events.types.ts';
export { ChallengeFeed } from './challenge-feed.ts';
export { ChallengeUpdatesResolver } from './challenge-updates.resolver.ts';
export { CHALLENGE, challengeOf, type StoredChallenge } from './challenges.definitions.ts';
export { CHALLENGE_COMPLETED, CHALLENGE_PROGRESSED, CHALLENGE_REOPENED } from './challenges.events.ts';
export { defineChallengeJobs } from './challenges.jobs.ts';
export type { ChallengesServices } from './challenges.loaders.ts';
export {
  type Completion,
  completeIn,
  completeTogetherIn,
  completionOf,
  PAY_COMMUNITY,
  type PayCommunity,
} from './challenges.payment.ts';
export { plainPayload } from './challenges.progress.ts';
export {
  ChallengeEventResolver,
  ChallengeProgressResolver,
  ChallengesResolver,
  CommunityProgressResolver,
  MemberChallengesResolver,
} from './challenges.resolver.ts';
export { ChallengesService } from './challenges.service.ts';
export { challengesSlice } from './challenges.slice.ts';
