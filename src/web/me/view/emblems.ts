/** What badges without a picture of their own are drawn with: a shape, two colours and a motif. */
export interface Emblem {
  shape: string;
  rim: string;
  face: string;
  line: string;
  motif: string;
}

/** Outlines in a box of 64. */
const SHAPES = [
  'M32 3a29 29 0 1 1 0 58 29 29 0 0 1 0-58Z',
  'M32 2.5 57 17v30L32 61.5 7 47V17Z',
  'M32 3c8 5 16 6.5 24 6.5V31c0 15-10 24.5-24 30.5C18 55.5 8 46 8 31V9.5C16 9.5 24 8 32 3Z',
  'M32 3c5 0 6 4 10 5.6 4 1.7 7.7-.4 11 3s1.3 7 3 11C57.6 26.6 61 27 61 32s-3.4 5.4-5 9.4c-1.7 4 .4 7.7-3 11s-7 1.3-11 3C38 57 37 61 32 61s-6-4-10-5.6c-4-1.7-7.7.4-11-3s-1.3-7-3-11C6.4 37.4 3 37 3 32s3.4-5.4 5-9.4c1.7-4-.4-7.7 3-11s7-1.3 11-3C26 7 27 3 32 3Z',
] as const;

/** Rim, face and line. The line keeps a contrast of at least 4.5 : 1 on the face; a test measures it. */
export const COLOURS = [
  ['#17402f', '#2f6b52', '#f6e7c4'],
  ['#1d3f63', '#2f6494', '#e6f1fb'],
  ['#6b2a1d', '#a34a32', '#fdeadd'],
  ['#4d2440', '#7d4069', '#fbe6f1'],
  ['#7a5210', '#f0c25c', '#4a2f06'],
  ['#22393f', '#3d636c', '#e3f2f0'],
  ['#39342a', '#6a604e', '#f7efdd'],
  ['#2a2f5c', '#4d5596', '#eceefe'],
] as const;

/** Motifs in a box of 24, drawn as lines. */
const MOTIFS = {
  fell: 'M2.5 19 9 7.5l4 6.5 2.5-3.5L21.5 19ZM6.8 11.4l2.2 1.4 2-1.2',
  spruce: 'M12 2.5 7.5 9H10l-3.5 5H9l-4 5.5h6V22h2v-2.5h6L15 14h2.5L14 9h2.5Z',
  sun: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M19.5 14.5A8.3 8.3 0 0 1 9.5 4.5a8.3 8.3 0 1 0 10 10ZM16 4v3M14.5 5.5h3',
  snow: 'M12 2.5v19M3.8 7.2l16.4 9.6M20.2 7.2 3.8 16.8M9.5 4 12 6.5 14.5 4M9.5 20l2.5-2.5 2.5 2.5M4.3 10.6l3.5-.9-.9-3.5M19.7 13.4l-3.5.9.9 3.5M19.7 10.6l-3.5-.9.9-3.5M4.3 13.4l3.5.9-.9 3.5',
  tent: 'M12 5 2.5 19.5h19ZM12 5l-1.5-2M12 5l1.5-2M12 10.5l-4 9M12 10.5l4 9',
  fire: 'M12 3c.6 3.2 4.5 5 4.5 9.2a4.5 4.5 0 0 1-9 0c0-1.8.8-2.9 1.7-3.9.2 1.2.7 1.9 1.5 2.3C10.5 8 10.8 5.2 12 3ZM4 21.5l16-3M4 18.5l16 3',
  compass: 'M12 2.8a9.2 9.2 0 1 1 0 18.4 9.2 9.2 0 0 1 0-18.4ZM15.8 8.2l-2.3 5.3-5.3 2.3 2.3-5.3Z',
  canoe: 'M2.5 13.5c4 2.8 15 2.8 19 0-1 4.5-4.5 6-9.5 6s-8.5-1.5-9.5-6ZM8 4.5l8 12M8 4.5 6 4M8 4.5l.8-1.8',
  star: 'm12 3 2.7 5.7 6.3.8-4.6 4.3 1.2 6.2-5.6-3.1L6.4 20l1.2-6.2L3 9.5l6.3-.8Z',
  pen: 'M4 20l1.2-4.8L16.4 4a2 2 0 0 1 2.9 0l.7.7a2 2 0 0 1 0 2.9L8.8 18.8ZM14.5 6l3.5 3.5M12 20.5h8',
  bag: 'M5 8.5h14l1 12H4ZM8.5 11V7a3.5 3.5 0 0 1 7 0v4',
  people:
    'M8.5 4.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM2.5 19.5c0-4 2.4-6.5 6-6.5s6 2.5 6 6.5M15.5 5a2.7 2.7 0 0 1 0 5.3M17 13.3c2.8.5 4.5 2.8 4.5 6.2',
  talk: 'M4 5h16v11h-8.5L7 20v-4H4ZM8 9h8M8 12h5',
  heart: 'M12 20C6 15.5 3 12.5 3 9a4.5 4.5 0 0 1 9-1.2A4.5 4.5 0 0 1 21 9c0 3.5-3 6.5-9 11Z',
  boot: 'M7 3v11l-2.5 3v3.5h15c0-3.5-2-4.5-5-5l-2-2V3ZM4.5 18h12M9.5 7h3M9.5 10h3',
} as const;

type Motif = keyof typeof MOTIFS;

/** What a name tells of the motif, in Swedish and English. */
const TELLING: readonly (readonly [RegExp, Motif])[] = [
  [/review|recens|skrib|writ|author/, 'pen'],
  [/answer|svar|help|hjälp|question|fråg|survey|enkät|comment/, 'talk'],
  [/friend|vän|referr|värv|together|tillsam|club|klubb|event|träff/, 'people'],
  [/share|dela|love|like|gilla/, 'heart'],
  [/ski|skid|snow|snö|winter|vinter|alpin|frost/, 'snow'],
  [/paddl|kayak|kajak|canoe|kanot|sea|hav/, 'canoe'],
  [/streak|rad|fire|eld|brasa|daily/, 'fire'],
  [/summit|topp|peak|fell|fjäll|guld|gold|climb|klätt/, 'fell'],
  [/walk|hike|vandr|step|steg|boot|trail|led/, 'boot'],
  [/night|natt|tent|tält|camp/, 'tent'],
  [/first|första|new|ny|welcome|välkom|spring|vår/, 'sun'],
  [/purchase|köp|order|spend|handl|gear|kit/, 'bag'],
  [/forest|skog|tree|träd/, 'spruce'],
];
/** For names that tell nothing. */
const ANY: readonly Motif[] = ['compass', 'star', 'moon', 'spruce', 'fell', 'sun', 'tent', 'canoe'];

/** The emblem of a badge, the same on every screen. */
export function emblemOf({ code, name }: { code: string; name: string }): Emblem {
  const text = `${code} ${name}`.toLowerCase();
  const hash = hashOf(code);
  const told = TELLING.find(([pattern]) => pattern.test(text))?.[1];
  const motif = told ?? ANY[(hash >>> 12) % ANY.length] ?? 'star';
  const [rim, face, line] = COLOURS[(hash >>> 4) % COLOURS.length] ?? COLOURS[0];
  return { shape: SHAPES[hash % SHAPES.length] ?? SHAPES[0], rim, face, line, motif: MOTIFS[motif] };
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
