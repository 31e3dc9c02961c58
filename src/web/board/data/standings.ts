import type { Entry } from './types.ts';

/** One place of a board, with a key by which it is known again wherever it moves. */
export interface Place extends Entry {
  key: string;
}

/**
 * Gives each entry the key it had before. Public members are known by id; others show at most a name, so an entry that did
 * not change keeps its key, and one that changed takes that of the nearest entry of the same name that had fewer.
 */
export function placesOf(entries: readonly Entry[], before: readonly Place[]): Place[] {
  const nameless = entries.filter((entry) => entry.member === null);
  const keys = keysOf(
    nameless,
    before.filter((place) => place.member === null),
  );
  return entries.map((entry) => ({ ...entry, key: entry.member?.id ?? keys.get(entry) ?? '' }));
}

/** True when a place is one's own: known by id, and where others do not learn that, by being the same in all they do. */
export function isOwn(place: Entry, meId: string | null, mine: Entry | null): boolean {
  if (meId === null) return false;
  if (place.member !== null) return place.member.id === meId;
  return mine !== null && place.rank === mine.rank && place.score === mine.score && place.reachedAt === mine.reachedAt;
}

function keysOf(entries: readonly Entry[], before: readonly Place[]): Map<Entry, string> {
  const free = new Set(before);
  const keys = new Map<Entry, string>();
  const take = (entry: Entry, fits: (place: Place) => boolean) => {
    for (const place of free) {
      if (keys.has(entry) || place.displayName !== entry.displayName || !fits(place)) continue;
      free.delete(place);
      keys.set(entry, place.key);
    }
  };
  for (const entry of entries)
    take(entry, (place) => place.score === entry.score && place.reachedAt === entry.reachedAt);
  for (const entry of entries) take(entry, (place) => place.score <= entry.score);
  const taken = new Set(before.map((place) => place.key));
  for (const entry of entries) if (!keys.has(entry)) keys.set(entry, fresh(entry.displayName, taken));
  return keys;
}

function fresh(name: string, taken: Set<string>): string {
  let count = 1;
  while (taken.has(`${name}#${count}`)) count += 1;
  taken.add(`${name}#${count}`);
  return `${name}#${count}`;
}
