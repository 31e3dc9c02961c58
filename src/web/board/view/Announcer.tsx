/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks';
import { nameOf } from '../../shared/names.ts';
import type { BoardState } from '../data/state.ts';
import type { BoardInfo } from '../data/types.ts';
import type { Formats } from '../formats.ts';

/** Nobody can listen to a board that talks all the time: at most one sentence in this time. */
const SILENCE_MS = 15_000;

/** Tells a screen reader what matters: a new leader, and one's own place when it changed. Scores alone are no news. */
export function Announcer({ state, board, formats }: { state: BoardState; board: BoardInfo; formats: Formats }) {
  const news = `${state.places?.[0]?.key ?? ''} ${state.mine?.rank ?? ''}`.trim();
  const [spoken, setSpoken] = useState('');
  const heard = useRef({ news: '', at: 0 });
  const latest = useRef('');
  latest.current = summaryOf(state, board, formats);
  useEffect(() => {
    const { news: known, at } = heard.current;
    if (news === '' || news === known) return undefined;
    if (known === '') {
      // What stands there on arrival is read with the page; only changes are announced.
      heard.current = { news, at: 0 };
      return undefined;
    }
    const timer = setTimeout(
      () => {
        heard.current = { news, at: Date.now() };
        setSpoken(latest.current);
      },
      Math.max(0, at + SILENCE_MS - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [news]);
  return (
    <p class="unseen" aria-live="polite">
      {spoken}
    </p>
  );
}

function summaryOf({ places, mine }: BoardState, board: BoardInfo, formats: Formats): string {
  const leader = places?.[0];
  if (leader === undefined) return '';
  const { words } = formats;
  const score = `${formats.score(board, leader.score)} ${formats.unit(board, leader.score)}`;
  const own = mine === null ? '' : ` ${words.youAreAt(mine.rank)}`;
  return `${words.leads(nameOf(leader, words), score)}${own}`;
}
