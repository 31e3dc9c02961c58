/**
 * True when a parsed JSON value holds text that PostgreSQL cannot store: U+0000, or half of a surrogate pair. Only a
 * \u escape can bring either into JSON, so bodies without one are not searched.
 */
export function holdsUnstorableText(body: string, value: unknown): boolean {
  return body.includes('\\u') && isUnstorable(value);
}

/** Walks without recursion: a body of 100 kB can be nested fifty thousand levels deep. */
function isUnstorable(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') {
      if (isUnstorableText(next)) return true;
    } else if (typeof next === 'object' && next !== null) {
      for (const key of Object.keys(next)) {
        if (isUnstorableText(key)) return true;
        open.push((next as Record<string, unknown>)[key]);
      }
    }
  }
  return false;
}

/** True for text with U+0000 or half of a surrogate pair. */
export function isUnstorableText(text: string): boolean {
  return text.includes('\0') || !text.isWellFormed();
}
