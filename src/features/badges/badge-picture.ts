import { createHash } from 'node:crypto';

const CODE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const LONGEST_CODE = 60;

/** Ground, rim and light of a medal: deep enough that the emblem stands out on each. */
const COLOURS = [
  ['#1f6f54', '#124534', '#4fae8c'],
  ['#1d5d8f', '#123c5e', '#5b9dcd'],
  ['#7a3f9d', '#4d2566', '#ad77cd'],
  ['#b3482f', '#73291a', '#e08467'],
  ['#8a6d12', '#5a4608', '#cbae4d'],
  ['#2f5d62', '#1b393c', '#6a9fa5'],
  ['#a03060', '#671c3c', '#d2709b'],
  ['#4a5a23', '#2e3914', '#8fa35a'],
] as const;

/** Emblems within 100 by 100 around the middle of the medal, drawn in one path each. */
const EMBLEMS = [
  // Mountains.
  'M-44 30 L-14 -22 L0 0 L14 -18 L46 30 Z M-14 -22 L-22 -8 L-14 -12 L-7 -8 Z',
  // A star.
  'M0 -42 L11 -14 L41 -13 L17 6 L26 35 L0 18 L-26 35 L-17 6 L-41 -13 L-11 -14 Z',
  // A leaf.
  'M-30 34 C-40 -6 -6 -40 36 -36 C40 4 8 36 -22 26 L-34 40 Z M-22 26 L14 -14 L10 -18 Z',
  // A fir.
  'M0 -44 L18 -18 L9 -18 L26 6 L14 6 L32 30 L6 30 L6 42 L-6 42 L-6 30 L-32 30 L-14 6 L-26 6 L-9 -18 L-18 -18 Z',
  // A flame.
  'M2 -44 C8 -22 32 -12 30 14 C28 34 14 42 0 42 C-16 42 -30 32 -30 14 C-30 0 -20 -6 -16 -20 C-8 -14 -8 -6 -6 0 C2 -12 4 -28 2 -44 Z',
  // A compass.
  'M0 -44 A44 44 0 1 0 0.1 -44 Z M0 -34 A34 34 0 1 1 -0.1 -34 Z M20 -20 L6 6 L-20 20 L-6 -6 Z',
  // A wave.
  'M-44 6 C-30 -14 -18 -14 -4 6 C8 22 22 22 44 -4 L44 14 C26 36 4 36 -10 18 C-20 4 -28 6 -44 26 Z M-44 -22 C-30 -42 -18 -42 -4 -22 C8 -6 22 -6 44 -30 L44 -14 C26 8 4 8 -10 -10 C-20 -24 -28 -22 -44 -4 Z',
  // A cup.
  'M-24 -38 L24 -38 L24 -30 L40 -30 C40 -8 32 2 18 4 C14 10 10 14 6 16 L6 28 L20 28 L20 38 L-20 38 L-20 28 L-6 28 L-6 16 C-10 14 -14 10 -18 4 C-32 2 -40 -8 -40 -30 L-24 -30 Z M-24 -22 L-31 -22 C-30 -14 -28 -9 -23 -6 Z M24 -22 L31 -22 C30 -14 28 -9 23 -6 Z',
] as const;

const POINTS = [12, 16, 20, 24] as const;

/**
 * The picture of a badge that has none of its own: a medal drawn from the code alone, so that it needs no database, tells
 * nothing that the address did not, and never changes. Null for what can be no code.
 */
export function badgePicture(code: string): string | null {
  if (!CODE.test(code) || code.length > LONGEST_CODE) return null;
  const digest = createHash('sha256').update(code).digest();
  const [ground, rim, light] = chosen(COLOURS, digest, 0);
  const points = chosen(POINTS, digest, 1);
  const emblem = chosen(EMBLEMS, digest, 2);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" role="img" aria-label="Badge">
<path d="M78 150 L58 232 L92 214 L112 236 L120 176 L128 236 L148 214 L182 232 L162 150 Z" fill="${rim}"/>
<path d="${scallops(points)}" fill="${rim}"/>
<circle cx="120" cy="104" r="82" fill="${light}"/>
<circle cx="120" cy="104" r="76" fill="${ground}"/>
<circle cx="120" cy="104" r="66" fill="none" stroke="${light}" stroke-width="2" stroke-dasharray="3 7" stroke-linecap="round"/>
<path d="${emblem}" transform="translate(120 104)" fill="#ffffff" fill-rule="evenodd"/>
</svg>
`;
}

function chosen<Item>(items: readonly Item[], digest: Buffer, index: number): Item {
  const item = items[(digest[index] ?? 0) % items.length];
  if (item === undefined) throw new Error('There is always something to choose from.');
  return item;
}

/** The outline of a medal: that many rounded points around the middle. */
function scallops(points: number): string {
  const at = (step: number, radius: number) => {
    const angle = (Math.PI * step) / points;
    return `${(120 + radius * Math.sin(angle)).toFixed(1)} ${(104 - radius * Math.cos(angle)).toFixed(1)}`;
  };
  const arcs = Array.from({ length: points }, (_, index) => `Q${at(2 * index + 1, 106)} ${at(2 * index + 2, 92)}`);
  return `M${at(0, 92)} ${arcs.join(' ')} Z`;
}
