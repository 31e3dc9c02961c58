/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { MeState } from '../data/state.ts';
import { greatestFirst, type Win } from '../data/wins.ts';
import type { Formats } from '../formats.ts';

/** Points alone are told at most this often; what was won is told at once. */
const SILENCE_MS = 10_000;
/** What comes together is told together: an activity may complete a challenge, give a badge and lift a tier. */
const GATHER_MS = 400;

type Latest = { readonly current: Formats };

/** Tells a screen reader what is won and earned. */
export function Announcer({ state, formats }: { state: MeState; formats: Formats }) {
  // Formats are made anew with each drawing; what is waiting to be said takes those of its moment.
  const latest = useRef(formats);
  latest.current = formats;
  const won = useWon(state.wins, latest);
  const earned = useEarned(state.earned, latest);
  return (
    <>
      <p class="unseen" aria-live="assertive" id="won">
        {won}
      </p>
      <p class="unseen" aria-live="polite" id="earned">
        {earned}
      </p>
      <p class="unseen" aria-live="polite" id="voucher-told">
        {voucherTold(state.voucher, formats)}
      </p>
    </>
  );
}

/** What has become of a voucher, in a sentence. */
function voucherTold(event: MeState['voucher'], { words }: Formats): string {
  if (event?.redemption === undefined) return '';
  const { name } = event.redemption;
  if (event.status === 'FULFILLED') return words.heardVoucher.used(name);
  if (event.status === 'CANCELLED') return words.heardVoucher.cancelled(name);
  return event.status === 'EXPIRED' ? words.heardVoucher.expired(name) : '';
}

function useWon(wins: readonly Win[], formats: Latest): string {
  const [spoken, setSpoken] = useState('');
  const told = useRef(new Set<string>());
  useEffect(() => {
    const fresh = wins.filter(({ id }) => !told.current.has(id));
    if (fresh.length === 0) return undefined;
    const timer = setTimeout(() => {
      for (const { id } of fresh) told.current.add(id);
      setSpoken(
        greatestFirst(fresh)
          .map((win) => sentenceOf(win, formats.current))
          .join(' '),
      );
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [wins, formats]);
  return spoken;
}

function sentenceOf(win: Win, { words }: Formats): string {
  const { heard, down, lost } = words.wins;
  switch (win.kind) {
    case 'TIER':
      return heard.tier(win.name);
    case 'TIER_DOWN':
      return win.name === null ? lost : down(win.name);
    case 'BADGE':
      return heard.badge(win.badge.name);
    default:
      return heard.challenge(win.name);
  }
}

function useEarned(earned: MeState['earned'], formats: Latest): string {
  const [spoken, setSpoken] = useState('');
  const lastAt = useRef(0);
  useEffect(() => {
    if (earned === null) return undefined;
    const wait = Math.max(GATHER_MS, lastAt.current + SILENCE_MS - Date.now());
    const timer = setTimeout(() => {
      lastAt.current = Date.now();
      const { points, reason, balance } = earned;
      const { words } = formats.current;
      const [some, all] = [points, balance].map((count) => formats.current.number(count));
      setSpoken(words.heardPoints(some ?? '', reason, all ?? ''));
    }, wait);
    return () => clearTimeout(timer);
  }, [earned, formats]);
  return spoken;
}
