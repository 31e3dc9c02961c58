/** The languages that the pages speak. */
export type Language = 'en' | 'sv';

/** How each language writes numbers and dates. */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', sv: 'sv-SE' };

const MINUTE_MS = 60_000;

/** The language to speak: the first of these tags that is Swedish or English, else English. */
export function languageOf(tags: readonly (string | null | undefined)[]): Language {
  for (const tag of tags) {
    const language = tag?.toLowerCase().split('-')[0];
    if (language === 'sv' || language === 'en') return language;
  }
  return 'en';
}

/** How far away an instant is, for example "in 9 days"; one that has passed is now. */
export function until(language: Language, at: string, now: number): string {
  const minutes = Math.max(0, Math.round((Date.parse(at) - now) / MINUTE_MS));
  const relative = new Intl.RelativeTimeFormat(LOCALES[language], { numeric: 'auto' });
  if (minutes < 60) return relative.format(minutes, 'minute');
  return minutes < 48 * 60
    ? relative.format(Math.round(minutes / 60), 'hour')
    : relative.format(Math.round(minutes / 1_440), 'day');
}
