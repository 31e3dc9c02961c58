/** @jsxImportSource preact */
import { useRef } from 'preact/hooks';
import { colourOf, initialsOf } from '../../shared/avatars.ts';
import { HIDDEN_NAME } from '../../shared/names.ts';
import type { Formats } from '../formats.ts';
import { useWidth } from '../view/use-motion.ts';
import { standingOf } from './standing.ts';
import { type Branch, type Knot, picture } from './tree.ts';
import type { FriendsWords } from './words.ts';

const NARROW = 560;
/** A leaf with its name wants this much. */
const PLACE_WIDTH = { narrow: 56, wide: 76 };
const WIDEST_PLACE = 132;
const LEVEL_HEIGHT = { narrow: 84, wide: 92 };
const LEVELS = { narrow: 3, wide: 4 };
/** Below the trunk: the ground, and whoever the picture grows from. */
const GROUND = 64;
/** From the ground to the first fork. */
const TRUNK = 34;

interface PictureProps {
  tops: readonly Branch[];
  /** Whoever the picture grows from. */
  root: string;
  words: FriendsWords;
  formats: Formats;
  onOpen(branch: Branch): void;
}

/** The tree as a drawing. It says nothing that the list below it does not say, so it is for eyes and fingers alone. */
export function Picture({ tops, root, words, formats, onOpen }: PictureProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const size = width < NARROW ? 'narrow' : 'wide';
  const places = Math.max(2, Math.floor(width / PLACE_WIDTH[size]));
  const { knots, width: used } = picture(tops, { places, levels: LEVELS[size] });
  const top = knots.reduce((most, { level }) => Math.max(most, level), 1);
  const height = top * LEVEL_HEIGHT[size] + TRUNK + GROUND + 34;
  const step = Math.min(WIDEST_PLACE, width / Math.max(1, used));
  const left = (width - step * used) / 2;
  const ground = height - GROUND;
  const fork = { x: width / 2, y: ground - TRUNK };
  const spotOf = ({ x, level }: Knot) => ({ x: left + (x + 0.5) * step, y: fork.y - level * LEVEL_HEIGHT[size] + 14 });
  const spots = new Map(knots.map((knot) => [knot.key, spotOf(knot)]));
  const all = tops.reduce((sum, { place }) => sum + 1 + place.size, 0);
  return (
    <div class="grove" ref={box} style={{ height: `${height}px` }} aria-hidden="true">
      {width > 0 && (
        <>
          <svg class="twigs" width={width} height={height} aria-hidden="true" focusable="false">
            <path class="soil" d={`M0 ${ground + 8}Q${width / 2} ${ground - 12} ${width} ${ground + 8}V${height}H0Z`} />
            {knots.map((knot) => {
              const from = (knot.from === null ? null : spots.get(knot.from)) ?? fork;
              const path = twig(from, spotOf(knot));
              const thick = thickness(1 + (knot.branch?.place.size ?? knot.hidden));
              return (
                <path
                  key={knot.key}
                  class="twig"
                  d={path}
                  style={{ d: `path("${path}")`, '--level': knot.level, strokeWidth: thick }}
                />
              );
            })}
            {knots.length === 0 ? (
              <path class="sapling" d={saplingAt({ x: width / 2, y: ground })} />
            ) : (
              <path class="twig" d={`M${fork.x} ${fork.y}V${ground}`} style={{ strokeWidth: thickness(all) + 2 }} />
            )}
          </svg>
          {knots.map((knot) => (
            <Leaf key={knot.key} knot={knot} spot={spotOf(knot)} room={step} {...{ words, formats, onOpen }} />
          ))}
          <span class="trunk" style={{ left: `${fork.x}px`, top: `${ground}px` }}>
            {root}
          </span>
        </>
      )}
    </div>
  );
}

interface LeafProps extends Pick<PictureProps, 'words' | 'formats' | 'onOpen'> {
  knot: Knot;
  spot: { x: number; y: number };
  room: number;
}

function Leaf({ knot: { branch, hidden, level }, spot, room, words, formats, onOpen }: LeafProps) {
  const style = { transform: `translate(${spot.x}px, ${spot.y}px)`, width: `${room}px`, '--level': level };
  if (branch === null) {
    return (
      <span class="leaf-spot" style={style}>
        <span class="leaf-face" data-is="others">
          {words.tree.others(formats.number(hidden))}
        </span>
      </span>
    );
  }
  const { member, referral } = branch.place;
  const name = formats.nameOf(member);
  const isHidden = member.displayName === HIDDEN_NAME;
  return (
    <button
      type="button"
      class="leaf-spot"
      tabIndex={-1}
      style={style}
      title={name}
      data-standing={standingOf(referral.status)}
      onClick={() => onOpen(branch)}
    >
      <span class="leaf-face" style={isHidden ? {} : { background: colourOf(member.displayName) }}>
        {isHidden ? '' : initialsOf(member.displayName)}
        {hidden > 0 && <span class="leaf-more">{words.tree.others(formats.number(hidden))}</span>}
      </span>
      <span class="leaf-name">{isHidden ? '' : name.split(' ')[0]}</span>
    </button>
  );
}

interface Spot {
  x: number;
  y: number;
}

/** Branches are the stronger the more grows from them. */
function thickness(people: number): number {
  return 1.5 + Math.log2(1 + people) * 1.4;
}

/** A branch that leaves upright and arrives upright. */
function twig(from: Spot, to: Spot): string {
  const middle = (from.y + to.y) / 2;
  return `M${at(from.x)} ${at(from.y)}C${at(from.x)} ${at(middle)} ${at(to.x)} ${at(middle)} ${at(to.x)} ${at(to.y)}`;
}

/** A shoot with two leaves, where nobody has come yet. */
function saplingAt({ x, y }: Spot): string {
  return `M${x} ${y}v-58m0 24c-4-14-18-18-28-16 2 14 14 20 28 16m0-12c4-14 18-18 28-16-2 14-14 20-28 16`;
}

function at(value: number): number {
  return Math.round(value * 10) / 10;
}
