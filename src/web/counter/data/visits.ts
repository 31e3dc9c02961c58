import type { ActivityType } from './types.ts';

const KEPT = 'pokal:counter:visit';
/** What a visit is unless this counter has chosen something else. */
const USUAL = 'event-attended';
/** Purchases have a form of their own; the others are counted by Pokal, or by the community, and never seen at a counter. */
const NOT_AT_A_COUNTER = new Set([
  'purchase',
  'referral-qualified',
  'post',
  'comment',
  'reaction-received',
  'answer-accepted',
]);

/** The activities that one tap can record: the usual one first, then the club's own, then the others. */
export function visitTypes(types: readonly ActivityType[]): ActivityType[] {
  const rank = ({ code, builtIn }: ActivityType) => (code === USUAL ? 0 : builtIn ? 2 : 1);
  return types
    .filter((type) => !NOT_AT_A_COUNTER.has(type.code) && asksNothing(type))
    .toSorted((left, right) => rank(left) - rank(right) || left.name.localeCompare(right.name));
}

/** What this counter records with its button. */
export function chosenVisit(types: readonly ActivityType[]): string | null {
  const possible = visitTypes(types);
  const kept = read();
  return (possible.find(({ code }) => code === kept) ?? possible[0])?.code ?? null;
}

/** Remembers on this device what the button records. */
export function keepVisit(code: string): void {
  try {
    localStorage.setItem(KEPT, code);
  } catch {
    // Browsers may forbid storage; the choice then lasts as long as the page.
  }
}

/** One tap cannot answer what an activity's schema requires. */
function asksNothing({ attributesSchema }: ActivityType): boolean {
  const required = attributesSchema?.required;
  return !Array.isArray(required) || required.length === 0;
}

function read(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
