/** @jsxImportSource preact */
import { heightAt, type Point, rounded, type Trail, upTo } from './trail.ts';

/** Shapes as shares of the picture's width and height, left to right. */
type Shape = readonly (readonly [number, number])[];

const FAR: Shape = [
  [0, 0.62],
  [0.1, 0.49],
  [0.19, 0.56],
  [0.34, 0.4],
  [0.42, 0.48],
  [0.53, 0.32],
  [0.65, 0.5],
  [0.8, 0.3],
  [0.9, 0.44],
  [1, 0.36],
];
const NEAR: Shape = [
  [0, 0.74],
  [0.14, 0.63],
  [0.24, 0.72],
  [0.4, 0.55],
  [0.55, 0.68],
  [0.7, 0.5],
  [0.85, 0.6],
  [1, 0.46],
];
/** Below the trail, nearer to who looks. */
const FOREGROUND: Shape = [
  [0, 0.93],
  [0.16, 0.905],
  [0.38, 0.965],
  [0.55, 0.915],
  [0.74, 0.8],
  [0.88, 0.84],
  [1, 0.74],
];
/** Where spruces stand, as shares of the width; none grow high up. */
const SPRUCES = [0.012, 0.035, 0.052, 0.3, 0.317, 0.345, 0.36];
const NEAR_SPRUCES = [0.6, 0.625, 0.655, 0.7, 0.72, 0.9, 0.925, 0.96];
const STARS: readonly Point[] = [
  { x: 0.31, y: 0.1 },
  { x: 0.42, y: 0.2 },
  { x: 0.5, y: 0.07 },
  { x: 0.69, y: 0.15 },
  { x: 0.77, y: 0.05 },
  { x: 0.95, y: 0.06 },
  { x: 0.55, y: 0.26 },
];

/** A fell landscape with the trail in front, the walked part in gold. Decoration: the words beside it say the same. */
export function Landscape({ trail, place }: { trail: Trail; place: number }) {
  const { width, height, profile } = trail;
  const sun = Math.min(34, width * 0.055);
  const ridge = rounded(profile, 18);
  const scaled = (shape: Shape) => shape.map(([x, y]) => ({ x: x * width, y: y * height }));
  const fell = (shape: Shape, radius: number) => `${rounded(scaled(shape), radius)}V${height}H0Z`;
  const foreground = { ...trail, profile: scaled(FOREGROUND) };
  const forest = (shares: readonly number[], on: Trail, smallest: number) =>
    shares.map((share, index) => (
      <path key={share} d={spruce(share * width, heightAt(on, share * width) + 3, smallest + ((index * 7) % 12))} />
    ));
  return (
    <svg class="landscape" width={width} height={height} aria-hidden="true" focusable="false">
      <defs>
        <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1">
          <stop class="ground-high" offset="0" />
          <stop class="ground-low" offset="1" />
        </linearGradient>
        <linearGradient id="aurora" x1="0" y1="0" x2="0" y2="1">
          <stop class="aurora" offset="0" stop-opacity="0" />
          <stop class="aurora" offset="0.75" stop-opacity="0.22" />
          <stop class="aurora" offset="1" stop-opacity="0" />
        </linearGradient>
        <clipPath id="snowline">
          <path d={snowline(width, height * 0.41)} />
        </clipPath>
      </defs>
      <path d={aurora(width, height)} fill="url(#aurora)" />
      <circle class="sun" cx={width * 0.62} cy={height * 0.2} r={sun} />
      <path class="moon" d={crescent(width * 0.62, height * 0.2, sun)} />
      <g class="stars">
        {STARS.map(({ x, y }) => (
          <circle key={x} cx={x * width} cy={y * height} r="1.3" />
        ))}
      </g>
      <path class="fell-far" d={fell(FAR, 9)} />
      <path class="fell-snow" d={fell(FAR, 9)} clip-path="url(#snowline)" />
      <path class="fell-near" d={fell(NEAR, 14)} />
      <g class="spruces">{forest(SPRUCES, trail, 20)}</g>
      <path class="ground" d={`${ridge}V${height}H0Z`} fill="url(#ground)" />
      <g class="foreground">
        {forest(NEAR_SPRUCES, foreground, 26)}
        <path d={fell(FOREGROUND, 30)} />
      </g>
      <path class="way" d={ridge} />
      <path class="walked" d={rounded(upTo(trail, place), 18)} />
    </svg>
  );
}

function spruce(x: number, y: number, size: number): string {
  const half = size * 0.28;
  return `M${x} ${y - size}L${x + half * 0.7} ${y - size * 0.5}H${x + half * 0.4}L${x + half} ${y}H${x - half}L${x - half * 0.4} ${y - size * 0.5}H${x - half * 0.7}Z`;
}

/** Northern lights, seen in the dark scheme alone. */
function aurora(width: number, height: number): string {
  const [x, y] = [(share: number) => Math.round(share * width), (share: number) => Math.round(share * height)];
  const tip = `${x(0.24)} ${y(0.5)}`;
  const upper = `M${tip}C${x(0.44)} ${y(-0.12)} ${x(0.6)} ${y(0.3)} ${x(0.74)} ${y(0.04)}S${x(0.94)} ${y(0.1)} ${x(1)} ${y(-0.1)}`;
  return `${upper}V${y(0.24)}C${x(0.9)} ${y(0.5)} ${x(0.8)} ${y(0.32)} ${x(0.7)} ${y(0.46)}S${x(0.45)} ${y(0.3)} ${tip}Z`;
}

function crescent(x: number, y: number, radius: number): string {
  const tip = `${x + radius * 0.6} ${y + radius * 0.8}`;
  const inner = radius * 0.82;
  return `M${x - radius * 0.28} ${y - radius * 0.96}A${radius} ${radius} 0 1 0 ${tip}A${inner} ${inner} 0 0 1 ${x - radius * 0.28} ${y - radius * 0.96}Z`;
}

/** Everything above a jagged line at about a height. */
function snowline(width: number, y: number): string {
  const tooth = 11;
  const teeth = Array.from({ length: Math.ceil(width / tooth) + 1 }, (_, index) => {
    return `L${index * tooth} ${y + (index % 2 === 0 ? 7 : -5) + ((index * 5) % 4)}`;
  });
  return `M0 0${teeth.join('')}V0Z`;
}
