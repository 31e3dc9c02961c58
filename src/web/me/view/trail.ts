/** A point of the picture, in pixels from its upper left corner. */
export interface Point {
  x: number;
  y: number;
}

/** The way up a fell: flat ground at every step, a slope to the next, and a fall behind the last. */
export interface Trail {
  width: number;
  height: number;
  /** The middle of each step. */
  steps: Point[];
  /** The width of the ground of one step. */
  ground: number;
  /** The profile from the left edge to the right. */
  profile: Point[];
}

const FOOT = 104;
const LANDING = 0.42;
const WIDEST_LANDING = 120;

/**
 * Lays out a trail of `count` steps.
 * @param top how much stays free above the highest step, for sky and words
 */
export function trailOf(width: number, height: number, count: number, top: number): Trail {
  const spacing = width / count;
  const ground = Math.min(spacing * LANDING, WIDEST_LANDING);
  const [low, high] = [height - FOOT, top];
  const steps = Array.from({ length: count }, (_, index) => {
    const share = count === 1 ? 1 : index / (count - 1);
    // Steeper the higher it goes, as fells are.
    return { x: spacing * (index + 0.5), y: low - (low - high) * (0.35 * share + 0.65 * share ** 1.6) };
  });
  const landings = steps.flatMap(({ x, y }) => [
    { x: x - ground / 2, y },
    { x: x + ground / 2, y },
  ]);
  const last = steps.at(-1) ?? { x: width, y: high };
  const edge = { x: width, y: last.y + Math.min(46, (width - last.x - ground / 2) * 0.9) };
  return { width, height, steps, ground, profile: [{ x: 0, y: low + 18 }, ...landings, edge] };
}

/**
 * Where on the trail a member stands, from the left edge.
 * @param reached how many steps lie behind; @param share how much of the way to the next is done, 0 to 1
 */
export function placeOn({ steps, ground }: Trail, reached: number, share: number): number {
  const next = steps[reached];
  const here = steps[reached - 1];
  if (next === undefined) return here?.x ?? 0;
  // Short of the next step's ground, however little is missing: who stands there has reached it.
  const foot = next.x - ground / 2 - 6;
  const from = here === undefined ? Math.min(18, foot) : here.x;
  return from + (foot - from) * Math.min(1, Math.max(0, share));
}

/** The height of the ground at a distance from the left edge. */
export function heightAt({ profile }: Trail, x: number): number {
  for (let index = 1; index < profile.length; index += 1) {
    const [from, to] = [profile[index - 1], profile[index]];
    if (from === undefined || to === undefined || x > to.x) continue;
    const share = to.x === from.x ? 1 : (x - from.x) / (to.x - from.x);
    return from.y + (to.y - from.y) * Math.max(0, share);
  }
  return profile.at(-1)?.y ?? 0;
}

/** An SVG path along points, its corners rounded. */
export function rounded(points: readonly Point[], radius: number): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const parts = rest.map((point, index) => {
    const before = points[index] ?? first;
    const after = rest[index + 1];
    if (after === undefined) return `L${at(point)}`;
    return `L${at(towards(point, before, radius))}Q${at(point)} ${at(towards(point, after, radius))}`;
  });
  return `M${at(first)}${parts.join('')}`;
}

/** The part of a profile up to a distance from the left edge. */
export function upTo(trail: Trail, x: number): Point[] {
  return [...trail.profile.filter((point) => point.x < x), { x, y: heightAt(trail, x) }];
}

function towards(from: Point, to: Point, length: number): Point {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const share = distance === 0 ? 0 : Math.min(length, distance / 2) / distance;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function at({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
}
