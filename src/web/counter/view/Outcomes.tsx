/** @jsxImportSource preact */
import type { Outcome } from '../data/outcome.ts';
import type { Formats } from '../formats.ts';
import { Sign } from './Sign.tsx';

/** What an activity brings besides points. */
export function Outcomes({ outcome, formats }: { outcome: Outcome; formats: Formats }) {
  const { win } = formats.words;
  const { points, pending, challenges, badges, tier } = outcome;
  const later = pending === points ? win.allPending : win.pending(formats.number(pending));
  const greatest = [
    ...(tier === null ? [] : [{ sign: 'cup' as const, text: win.tier(tier) }]),
    ...challenges.map((name) => ({ sign: 'flag' as const, text: win.challenge(name) })),
    ...badges.map((name) => ({ sign: 'coin' as const, text: win.badge(name) })),
    ...(pending === 0 ? [] : [{ sign: 'clock' as const, text: later }]),
  ];
  if (greatest.length === 0) return null;
  return (
    <ul class="outcomes">
      {greatest.map(({ sign, text }) => (
        <li key={text}>
          <Sign name={sign} />
          {text}
        </li>
      ))}
    </ul>
  );
}
