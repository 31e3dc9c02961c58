import type { Language } from './language.ts';

/** What the built-in activities are called on a wall: short, and nothing about the person beyond what was done. */
const BUILT_IN: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  purchase: { en: 'Purchase', sv: 'Köp' },
  review: { en: 'Review', sv: 'Recension' },
  share: { en: 'Shared something', sv: 'Delade något' },
  like: { en: 'Liked something', sv: 'Gillade något' },
  follow: { en: 'Follows us', sv: 'Följer oss' },
  recommend: { en: 'Recommendation', sv: 'Rekommendation' },
  'survey-answered': { en: 'Answered a survey', sv: 'Svarade på en enkät' },
  'event-attended': { en: 'Came to an event', sv: 'Kom på en träff' },
  'self-service-resolved': { en: 'Solved it themselves', sv: 'Löste det på egen hand' },
  'profile-completed': { en: 'Completed their profile', sv: 'Fyllde i sin profil' },
  post: { en: 'Wrote a post', sv: 'Skrev ett inlägg' },
  comment: { en: 'Commented', sv: 'Kommenterade' },
  'reaction-received': { en: 'Was appreciated', sv: 'Fick uppskattning' },
  'answer-accepted': { en: 'Helped another member', sv: 'Hjälpte en annan medlem' },
  'referral-qualified': { en: 'Brought a friend', sv: 'Tog med en vän' },
  'complaint-resolved': { en: 'Customer care', sv: 'Kundservice' },
};

/** What a built-in activity is called; undefined for those of the club's own. */
export function builtInWord(code: string, language: Language): string | undefined {
  return BUILT_IN[code]?.[language];
}

/**
 * What an award was for, in the reader's language. An activity of the club's own is called by its code, and points that
 * no activity earned by their reason; other reasons may name amounts, which are nobody else's business.
 */
export function activityWord(award: { activityType: string | null; reason: string }, language: Language): string {
  const { activityType, reason } = award;
  if (activityType === null) return reason;
  const known = builtInWord(activityType, language);
  if (known !== undefined) return known;
  const spaced = activityType.replaceAll('-', ' ');
  return spaced.charAt(0).toLocaleUpperCase() + spaced.slice(1);
}
