/** @jsxImportSource preact */
import { useEffect } from 'preact/hooks';
import type { Win } from '../data/state.ts';
import type { Formats } from '../formats.ts';
import { Outcomes } from './Outcomes.tsx';
import { Sign } from './Sign.tsx';

/** Long enough to be read out to the customer. */
const SHOWN_MS = 12_000;

interface WonProps {
  win: Win;
  formats: Formats;
  onClose(): void;
}

/** What was recorded a moment ago and what it brought, briefly. */
export function Won({ win, formats, onClose }: WonProps) {
  const { words } = formats;
  const { outcome, what, isOld } = win;
  useEffect(() => {
    const timer = setTimeout(onClose, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [onClose]);
  return (
    <div class="won" role="status">
      <span class="won-sign">
        <Sign name="check" />
      </span>
      <div class="won-text">
        <p class="won-what">{what === 'VISIT' ? words.win.visit : words.win.purchase}</p>
        <p class="won-points">
          {outcome.points === 0 ? words.win.none : `+${words.win.points(formats.number(outcome.points))}`}
        </p>
        {isOld && <p>{words.win.old}</p>}
        <Outcomes outcome={outcome} formats={formats} />
      </div>
      <button type="button" class="finder-button" aria-label={words.win.close} onClick={onClose}>
        <Sign name="close" />
      </button>
    </div>
  );
}
