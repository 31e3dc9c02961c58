/** Backgrounds for initials. Each keeps a contrast of at least 5 : 1 with the white letters on it; a test measures them. */
export const AVATAR_COLOURS = [
  '#1f5c4d',
  '#2f5d8a',
  '#7a3b52',
  '#8a4b1f',
  '#4a4e8c',
  '#3f6b2d',
  '#8c3a32',
  '#2b6777',
  '#6b4a7d',
  '#6b5a1e',
  '#a0405f',
  '#3d5a73',
] as const;

/** The letters of an avatar: the first of the first and of the last word, by what a reader takes for one letter. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s_-]+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return [first, last].map((word) => (word === undefined ? '' : letterOf(word))).join('');
}

/** The colour that belongs to a name, the same on every screen. */
export function colourOf(name: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  // The low bits alone would give names of the same ending the same colour.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return AVATAR_COLOURS[((hash ^ (hash >>> 16)) >>> 0) % AVATAR_COLOURS.length] ?? AVATAR_COLOURS[0];
}

function letterOf(word: string): string {
  const [first] = new Intl.Segmenter().segment(word);
  return first?.segment.toLocaleUpperCase() ?? '';
}
