/** How the API calls a member who does not want to be named. */
export const HIDDEN_NAME = 'Hidden member';

/** The name to show; members without one are called so in the reader's language. */
export function nameOf({ displayName }: { displayName: string }, words: { hiddenMember: string }): string {
  return displayName === HIDDEN_NAME ? words.hiddenMember : displayName;
}
