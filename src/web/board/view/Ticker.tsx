/** @jsxImportSource preact */
import { activityWord } from '../../shared/activity-words.ts';
import { nameOf } from '../../shared/names.ts';
import { Moving } from '../../shared/view/Moving.tsx';
import type { BoardState } from '../data/state.ts';
import type { Formats } from '../formats.ts';
import { Avatar } from './Avatar.tsx';

/** What members earned just now, newest first. Quiet for screen readers: the board's own summary speaks. */
export function Ticker({ state, formats }: { state: BoardState; formats: Formats }) {
  const { awards, awardsOpen, awardsMissed } = state;
  const { words } = formats;
  if (!awardsOpen) return null;
  return (
    <aside class="ticker" aria-label={words.awards}>
      <h2 class="ticker-title">{words.awards}</h2>
      {awardsMissed && <p class="ticker-note">{words.awardsMissed}</p>}
      {awards.length === 0 && <p class="ticker-note">{words.awaitingAwards}</p>}
      <Moving class="awards" label={words.awards}>
        {awards.map((award) => (
          <li class="award" key={award.cursor} data-key={award.cursor}>
            <Avatar name={award.displayName} />
            <span class="award-text">
              <span class="award-name">{nameOf(award, words)}</span>
              <span class="award-reason">{activityWord(award, formats.language)}</span>
            </span>
            <span class="award-side">
              <span class="award-points">+{formats.number(award.points)}</span>
              <time class="award-time" dateTime={award.occurredAt}>
                {formats.time(award.occurredAt)}
              </time>
            </span>
          </li>
        ))}
      </Moving>
    </aside>
  );
}
