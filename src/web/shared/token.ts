/** Whose token it is. A browser may hold one of each: what staff may do is never done with a member's, nor the reverse. */
export type TokenPlace = 'pokal:token' | 'pokal:staff-token';

const MEMBERS: TokenPlace = 'pokal:token';

/**
 * The access token of this browser tab, or null. One handed over in the address (`#token=…`) is taken out of it at once,
 * so that it gets into no bookmark, screenshot or history; a fragment is never sent to a server.
 */
export function takeToken(place: TokenPlace = MEMBERS): string | null {
  const handed = new URLSearchParams(location.hash.slice(1)).get('token');
  if (handed === null) return read(place);
  history.replaceState(null, '', location.pathname + location.search);
  keepToken(bare(handed), place);
  return bare(handed);
}

/** Keeps the token until the tab is closed; null forgets it. */
export function keepToken(token: string | null, place: TokenPlace = MEMBERS): void {
  try {
    if (token === null) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, token);
  } catch {
    // Browsers may forbid storage; the token then lives as long as the page.
  }
}

/** What people paste: often with the word Bearer before it. Null for nothing. */
export function bare(pasted: string): string | null {
  const token = pasted.trim().replace(/^Bearer\s+/i, '');
  return token === '' ? null : token;
}

function read(place: TokenPlace): string | null {
  try {
    return sessionStorage.getItem(place);
  } catch {
    return null;
  }
}
