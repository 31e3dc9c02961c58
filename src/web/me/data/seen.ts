const KEPT = 'pokal:me:seen';

/**
 * Up to where a member has followed what happens, in this browser: what was won since is told on the next visit. Only the
 * latest member is remembered.
 */
export function lastSeen(member: string): string | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? 'null') as { member: string; cursor: string } | null;
    return kept?.member === member ? kept.cursor : null;
  } catch {
    return null;
  }
}

/** Remembers a cursor of the member's events. */
export function remember(member: string, cursor: string): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ member, cursor }));
  } catch {
    // Browsers may forbid storage; the next visit then begins with what is there.
  }
}

/** Leaves nothing behind for the next who uses the browser. */
export function forget(): void {
  try {
    localStorage.removeItem(KEPT);
  } catch {
    // Nothing was kept either.
  }
}
