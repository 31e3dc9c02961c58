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
  'M32 2.500 57 17v30L32 61.500 7 47V17Z',
  'M32 3c8 5 16 6.500 24 6.500V31c0 15-10 24.500-24 30.500C18 55.500 8 46 8 31V9.500C16 9.500 24 8 32 3Z',
  'M32 3c5 0 6 4 10 5.600 4 1.700 7.700-.4 11 3s1.300 7 3 11C57.600 26.600 61 27 61 32s-3.400 5.400-5 9.400c-1.700 4 .4 7.700-3 11s-7 1.300-11 3C38 57 37 61 32 61s-6-4-10-5.600c-4-1.700-7.700.4-11-3s-1.300-7-3-11C6.400 37.400 3 37 3 32s3.400-5.400 5-9.400c1.700-4-.4-7.700 3-11s7-1.300 11-3C26 7 27 3 32 3Z',
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
  fell: 'M2.500 19 9 7.500l4 6.500 2.500-3.500L21.500 19ZM6.800 11.400l2.200 1.400 2-1.200',
  spruce: 'M12 2.500 7.500 9H10l-3.500 5H9l-4 5.500h6V22h2v-2.500h6L15 14h2.500L14 9h2.500Z',
  sun: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400',
  moon: 'M19.500 14.500A8.300 8.300 0 0 1 9.500 4.500a8.300 8.300 0 1 0 10 10ZM16 4v3M14.500 5.500h3',
  snow: 'M12 2.500v19M3.800 7.200l16.400 9.600M20.200 7.200 3.800 16.800M9.500 4 12 6.500 14.500 4M9.500 20l2.500-2.500 2.500 2.500M4.300 10.600l3.500-.9-.9-3.500M19.700 13.400l-3.500.9.9 3.500M19.700 10.600l-3.500-.9.9-3.500M4.300 13.400l3.500.9-.9 3.500',
  tent: 'M12 5 2.500 19.500h19ZM12 5l-1.500-2M12 5l1.500-2M12 10.500l-4 9M12 10.500l4 9',
  fire: 'M12 3c.6 3.200 4.500 5 4.500 9.200a4.500 4.500 0 0 1-9 0c0-1.800.8-2.900 1.700-3.900.2 1.200.7 1.900 1.500 2.300C10.500 8 10.800 5.200 12 3ZM4 21.500l16-3M4 18.500l16 3',
  compass:
    'M12 2.800a9.200 9.200 0 1 1 0 18.400 9.200 9.200 0 0 1 0-18.400ZM15.800 8.200l-2.300 5.300-5.300 2.300 2.300-5.300Z',
  canoe:
    'M2.500 13.500c4 2.800 15 2.800 19 0-1 4.500-4.500 6-9.500 6s-8.500-1.500-9.500-6ZM8 4.500l8 12M8 4.500 6 4M8 4.500l.8-1.800',
  star: 'm12 3 2.700 5.700 6.300.8-4.600 4.300 1.200 6.200-5.600-3.100L6.400 20l1.200-6.200L3 9.500l6.300-.8Z',
  pen: 'M4 20l1.200-4.800L16.400 4a2 2 0 0 1 2.900 0l.7.700a2 2 0 0 1 0 2.900L8.800 18.800ZM14.500 6l3.500 3.500M12 20.500h8',
  bag: 'M5 8.500h14l1 12H4ZM8.500 11V7a3.500 3.500 0 0 1 7 0v4',
  people:
    'M8.500 4.500a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM2.500 19.500c0-4 2.400-6.500 6-6.500s6 2.500 6 6.500M15.500 5a2.700 2.700 0 0 1 0 5.300M17 13.300c2.800.5 4.500 2.800 4.500 6.200',
  talk: 'M4 5h16v11h-8.500L7 20v-4H4ZM8 9h8M8 12h5',
  heart: 'M12 20C6 15.500 3 12.500 3 9a4.500 4.500 0 0 1 9-1.200A4.500 4.500 0 0 1 21 9c0 3.500-3 6.500-9 11Z',
  boot: 'M7 3v11l-2.500 3v3.500h15c0-3.500-2-4.500-5-5l-2-2V3ZM4.500 18h12M9.500 7h3M9.500 10h3',
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
