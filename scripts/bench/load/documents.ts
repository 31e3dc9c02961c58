/** What the load generator asks. Effects and the whole receipt come with every recorded activity. */
export const RECORD = `mutation Record($input: RecordActivityInput!) {
  recordActivity(input: $input) {
    activity { id recordedAt trace { rules { rule { code version } matched reason pointsBeforeCaps points } } }
    effects { __typename id cursor occurredAt ... on PointsEarned { points balance entry { id kind reason balanceAfter } } }
    replayed
    userErrors { code message path }
  }
}`;

/** What a shop needs that sends many: what became of each, and what it earned. */
export const RECORD_MANY = `mutation RecordMany($input: RecordActivitiesInput!) {
  recordActivities(input: $input) {
    recorded replayed refused
    results { activity { id } effects { __typename id ... on PointsEarned { points balance } } userErrors { code message path } }
  }
}`;

/** The peers' award: one entry, one balance. */
export const AWARD = `mutation Award($input: AwardInput!) {
  award(input: $input) { id points reason balance occurredAt }
}`;

export const MEMBERS_PAGE = `query Members($first: Int!) {
  members(first: $first) {
    edges { cursor node { id externalId memberNumber displayName status visibility joinedAt referralCode wallet { active pending lifetimeEarned } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** The same page from PostGraphile, whose connections, keys and relations carry other names. */
export const NODES_PAGE = `query Members($first: Int!) {
  members: allMembers(first: $first, orderBy: [JOINED_AT_DESC, ROW_ID_DESC]) {
    edges { cursor node { id: rowId externalId memberNumber displayName status visibility joinedAt referralCode wallet: walletByMemberId { active pending lifetimeEarned } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** A public board, as a visitor without a token sees it: seven fields of each place. */
export const BOARD_PAGE = `query Board($code: String!, $first: Int!) {
  leaderboard(code: $code) {
    name
    entries(first: $first) {
      edges { node { rank score displayName reachedAt member { id status joinedAt } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

/** The same from PostGraphile, where the member's fields stand beside the place's own. */
export const BOARD_NODES_PAGE = `query Board($code: String!, $first: Int!) {
  leaderboard: boardByCode(code: $code) {
    name
    entries(first: $first) {
      edges { node { rank score displayName reachedAt memberId status joinedAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

const PLACE = 'rank score reachedAt displayName member { id }';

/** One's own place, and the neighbours'. */
export const STANDING = `query Standing($id: ID!) { member(id: $id) { id displayName standing(leaderboard: "board") { ${PLACE} } } }`;
export const AROUND = `query Around($id: ID!) { leaderboard(code: "board") { around(memberId: $id) { ${PLACE} } } }`;
