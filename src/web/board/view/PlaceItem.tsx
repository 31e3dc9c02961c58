/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks';
import { nameOf } from '../../shared/names.ts';
import type { Place } from '../data/standings.ts';
import type { BoardInfo } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { Avatar } from './Avatar.tsx';

export interface PlaceItemProps {
  place: Place;
  board: BoardInfo;
  formats: Formats;
  isMine: boolean;
  /** 1 to 3 on the podium; undefined below it. */
  seat?: number | undefined;
}

const GAIN_SHOWN_MS = 6_000;

/** One member's place on the board. What was gained since the last look is shown for a moment. */
export function PlaceItem({ place, board, formats, isMine, seat }: PlaceItemProps) {
  const { words } = formats;
  const gain = useGain(place.score);
  return (
    <li
      class="place"
      data-key={place.key}
      data-seat={seat}
      data-medal={place.rank <= 3 ? place.rank : undefined}
      data-mine={isMine ? '' : undefined}
      data-gained={gain === 0 ? undefined : ''}
    >
      <span class="rank">
        <span class="unseen">{words.place(place.rank)}</span>
        <span aria-hidden="true">{place.rank}</span>
      </span>
      <Avatar name={place.displayName} />
      <span class="name">
        <span class="name-text">{nameOf(place, words)}</span>
        {isMine && <span class="you">{words.you}</span>}
      </span>
      <span class="gain" aria-hidden="true">
        {gain > 0 && `+${formats.score(board, gain)}`}
      </span>
      <span class="score">
        <span class="figure">{formats.score(board, place.score)}</span>{' '}
        <span class="unit">{formats.unit(board, place.score)}</span>
      </span>
    </li>
  );
}

/** How much a score rose while it was looked at; back to 0 after a moment of rest. */
function useGain(score: number): number {
  const before = useRef(score);
  const [gain, setGain] = useState(0);
  useEffect(() => {
    const rise = score - before.current;
    before.current = score;
    if (rise !== 0) setGain((sum) => (rise > 0 ? sum + rise : 0));
  }, [score]);
  useEffect(() => {
    if (gain === 0) return undefined;
    const timer = setTimeout(() => setGain(0), GAIN_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [gain]);
  return gain;
}
