/** Where a member stands with the programme. */
export enum MemberStatus {
  ACTIVE = 'ACTIVE',
  SUSPENDED = 'SUSPENDED',
  MERGED = 'MERGED',
  ERASED = 'ERASED',
}

/** How a member appears to others, on leaderboards and in public feeds. */
export enum Visibility {
  PUBLIC = 'PUBLIC',
  ALIAS = 'ALIAS',
  HIDDEN = 'HIDDEN',
}
