const KEPT = 'pokal:token';

/**
 * The access token of this browser tab, or null. One handed over in the address (`#token=…`) is taken out of it at once,
 * so that it gets into no bookmark, screenshot or history; a fragment is never sent to a server.
 */
export function takeToken(): string | null {
  const handed = new URLSearchParams(location.hash.slice(1)).get('token');
  if (handed === null) return read();
  history.replaceState(null, '', location.pathname + location.search);
  keepToken(bare(handed));
  return bare(handed);
}

/** Keeps the token until the tab is closed; null forgets it. */
export function keepToken(token: string | null): void {
  try {
    if (token === null) sessionStorage.removeItem(KEPT);
    else sessionStorage.setItem(KEPT, token);
  } catch {
    // Browsers may forbid storage; the token then lives as long as the page.
  }
}

/** What people paste: often with the word Bearer before it. Null for nothing. */
export function bare(pasted: string): string | null {
  const token = pasted.trim().replace(/^Bearer\s+/i, '');
  return token === '' ? null : token;
}

function read(): string | null {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
