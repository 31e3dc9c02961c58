/** What API keys can be allowed. The enum's values are what viewers carry in `scopes` and what `@Authorized` names. */
export enum ApiKeyScope {
  ACTIVITIES_WRITE = 'activities:write',
  ACTIVITIES_REVERSE = 'activities:reverse',
  MEMBERS_READ = 'members:read',
  MEMBERS_WRITE = 'members:write',
  POINTS_ADJUST = 'points:adjust',
}

/** One sentence per scope, for the schema. */
export const SCOPE_DESCRIPTIONS: Record<keyof typeof ApiKeyScope, string> = {
  ACTIVITIES_WRITE:
    '`activities:write`: record activities, singly and in bulk, and enrol unknown external ids while doing so.',
  ACTIVITIES_REVERSE:
    '`activities:reverse`: take activities back as a whole or in part, as for refunds, and preview that; find them by their keys, and see receipts and wallets.',
  MEMBERS_READ: '`members:read`: look up, search and list members with their wallets, ledgers and activities.',
  MEMBERS_WRITE: '`members:write`: enrol members and change their data.',
  POINTS_ADJUST: "`points:adjust`: add to and take from members' points by hand, with a reason.",
};
