/** What the simulation asks of the server. */

const ERRORS = 'userErrors { code details }';
const MEMBER = 'member { id wallet { active pending deficit } }';

/** What a reversal and its preview both tell. */
const REVERSED = `fraction reversedFraction effects { __typename ... on PointsEvent { points } }
  returned { kind code per scope count points }`;

/** What every mutation of the simulation is asked for, besides what it makes. */
const ANSWERS = {
  recordActivity: `activity { id } effects { id __typename ... on PointsEvent { points } } ${MEMBER} replayed ${ERRORS}`,
  recordActivities: `results { activity { id } effects { __typename ... on PointsEvent { points } } replayed ${ERRORS} } ${ERRORS}`,
  enrollMember: `member { id referralCode } effects { id } replayed ${ERRORS}`,
  adjustPoints: `entry { id points balanceAfter } effects { id } ${MEMBER} replayed ${ERRORS}`,
  redeemReward: `redemption { id voucherCode status cost entry { id } } effects { id } ${MEMBER} replayed ${ERRORS}`,
  fulfilRedemption: `redemption { id status } effects { id } ${MEMBER} replayed ${ERRORS}`,
  cancelRedemption: `redemption { id status refund { id points } } effects { id } ${MEMBER} replayed ${ERRORS}`,
  reverseActivity: `activity { id } ${REVERSED} ${MEMBER} replayed ${ERRORS}`,
  setMemberStatus: `member { id status } ${ERRORS}`,
  reviewReferral: `referral { id status } ${ERRORS}`,
};

/** The mutations of the simulation. */
export type MutationName = keyof typeof ANSWERS;

/** The text of a mutation that takes its one input. */
export function mutationText(name: MutationName): string {
  const input = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  return `mutation ($input: ${input}!) { ${name}(input: $input) { ${ANSWERS[name]} } }`;
}

/** The text that saves configuration of a kind. */
export function savingText(kind: string): string {
  return `mutation ($input: Save${kind}Input!) { save${kind}(input: $input) { userErrors { code message path } } }`;
}

export const UPDATE_PROGRAM = `mutation ($input: UpdateProgramInput!) {
  updateProgram(input: $input) { userErrors { code message } }
}`;

const LEDGER_PAGE = `ledger(first: 100, after: $after) {
  edges { node { kind points balanceAfter } } pageInfo { hasNextPage endCursor }
}`;

/** Everything about a member that is compared; of the ledger, the first page. */
export const MEMBER_STATE = `query ($id: ID!, $after: String) { member(id: $id) {
  status
  wallet { active pending lifetimeEarned lifetimeSpent lifetimeExpired lifetimeReversed deficit expiring(within: "P400D") { expiresAt points } }
  tier { tier { code } keepUntil toKeep toNext }
  badges(first: 100) { edges { node { revokedAt badge { code } } } }
  challenges { challenge { code } status progress timesCompleted }
  redemptions(first: 100) { edges { node { id status } } }
  ${LEDGER_PAGE}
  standing(leaderboard: "points") { rank score }
  referredBy { id status flags points referrer { id } }
} }`;

/** A later page of a member's ledger. */
export const LEDGER = `query ($id: ID!, $after: String) { member(id: $id) { ${LEDGER_PAGE} } }`;

/** What everybody shares. */
export const SHARED_STATE = `{
  rewards(first: 50) { edges { node { code stock } } }
  campaigns { code budgetRemaining }
  badges { code awardedCount remaining }
}`;

export const AVAILABILITY = `query ($code: String!, $memberId: ID!) {
  reward(code: $code) { availability(memberId: $memberId) { available code } }
}`;

/** What a reversal would do. */
export const PREVIEW = `query ($activityId: ID!, $fraction: Decimal!) {
  previewReversal(activityId: $activityId, fraction: $fraction) { activity { id } ${REVERSED} wallet { active pending deficit } }
}`;

export const REFERRAL_OF = 'query ($id: ID!) { member(id: $id) { referredBy { id } } }';
