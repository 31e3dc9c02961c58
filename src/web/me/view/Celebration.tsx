/** @jsxImportSource preact */
import { useEffect } from 'preact/hooks';
import { greatestFirst, type Win } from '../data/wins.ts';
import type { Formats } from '../formats.ts';
import { Drawing } from './Drawing.tsx';
import { Emblem } from './Emblem.tsx';
import { prefersStillness } from './use-motion.ts';

const LEAVES = 26;
/** Who was away for long is not read a list. */
const MOST_TOLD = 6;

interface CelebrationProps {
  wins: readonly Win[];
  formats: Formats;
  onClose(): void;
}

/** Tells what was won, until it is put away. It takes no focus: whoever is busy on the page stays where they are. */
export function Celebration({ wins, formats, onClose }: CelebrationProps) {
  const { words } = formats;
  const [first, ...others] = greatestFirst(wins).slice(0, MOST_TOLD);
  const isShown = first !== undefined;
  useEffect(() => {
    if (!isShown) return undefined;
    const close = (event: KeyboardEvent) =>
      event.key === 'Escape' && document.querySelector('dialog[open]') === null && onClose();
    addEventListener('keydown', close);
    return () => removeEventListener('keydown', close);
  }, [isShown, onClose]);
  if (first === undefined) return null;
  const isGlad = first.kind !== 'TIER_DOWN';
  return (
    <aside class="celebration" data-glad={isGlad ? '' : undefined} aria-label={words.wins.title}>
      {isGlad && !prefersStillness() && <Leaves key={first.id} />}
      <div class="celebration-drawing" key={`drawing ${first.id}`}>
        <WinDrawing win={first} />
      </div>
      {isGlad && <p class="celebration-kind">{kindOf(first, formats)}</p>}
      <p class="celebration-name">{nameOf(first, formats)}</p>
      {first.kind === 'CHALLENGE' && first.points !== null && (
        <p class="gives">{words.challenges.gives(formats.number(first.points))}</p>
      )}
      {others.length > 0 && (
        <ul class="celebration-others">
          {others.map((win) => (
            <li key={win.id}>
              <WinDrawing win={win} />
              <span>
                <span class="quiet">{kindOf(win, formats)}</span> <span>{nameOf(win, formats)}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      <button type="button" class="button" onClick={onClose}>
        {words.wins.close}
      </button>
    </aside>
  );
}

function WinDrawing({ win }: { win: Win }) {
  if (win.kind === 'BADGE') return <Emblem badge={win.badge} />;
  return (
    <span class="round">
      <Drawing name={win.kind === 'CHALLENGE' ? 'check' : 'flag'} />
    </span>
  );
}

function kindOf({ kind }: Win, { words }: Formats): string {
  return kind === 'TIER_DOWN'
    ? ''
    : { TIER: words.wins.tier, BADGE: words.wins.badge, CHALLENGE: words.wins.challenge }[kind];
}

function nameOf(win: Win, { words }: Formats): string {
  if (win.kind === 'BADGE') return win.badge.name;
  if (win.kind === 'TIER_DOWN') return win.name === null ? words.wins.lost : words.wins.down(win.name);
  return win.name;
}

/** A handful of birch leaves in the wind. */
function Leaves() {
  return (
    <div class="leaves" aria-hidden="true">
      {Array.from({ length: LEAVES }, (_, index) => {
        // Scattered evenly and without chance, so that every celebration is as full.
        const turn = index * 137.5;
        const reach = 7 + ((index * 53) % 100) / 9;
        const style = {
          '--x': `${Math.cos((turn * Math.PI) / 180) * reach}rem`,
          '--y': `${-5 - Math.abs(Math.sin((turn * Math.PI) / 180)) * reach}rem`,
          '--turn': `${turn * 3}deg`,
          '--late': `${(index * 29) % 260}ms`,
        };
        return <i key={turn} class="leaf" data-colour={index % 4} style={style} />;
      })}
    </div>
  );
}
