/** @jsxImportSource preact */
import { spacedNumber } from '../../shared/member-number.ts';
import type { Find } from '../data/state.ts';
import type { Formats } from '../formats.ts';
import { Avatar } from './Avatar.tsx';

interface MatchesProps {
  find: Find;
  formats: Formats;
  onPick(id: string): void;
}

/** The id of a match, by its place. */
export function optionId(place: number): string {
  return `match-${place}`;
}

/** Who fits what was typed. The focus stays in the field; the arrow keys move among them. */
export function Matches({ find, formats, onPick }: MatchesProps) {
  const { words } = formats;
  return (
    <div class="matches">
      <div role="listbox" id="matches" aria-label={words.find.matches}>
        {find.matches?.map((match, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard works in the field, which the list belongs to
          <div
            key={match.id}
            id={optionId(place)}
            class="match"
            role="option"
            tabIndex={-1}
            aria-selected={place === find.active}
            onClick={() => onPick(match.id)}
          >
            <Avatar name={match.displayName} />
            <span class="match-text">
              <span class="match-name">{match.displayName}</span>
              <span class="quiet">{[spacedNumber(match.memberNumber), match.email].filter(Boolean).join(' · ')}</span>
            </span>
            <span class="match-side">
              {match.status === 'ACTIVE' ? match.tier?.tier?.name : words.statuses[match.status].title}
            </span>
          </div>
        ))}
      </div>
      {find.hasMore && <p class="finder-note">{words.find.more}</p>}
    </div>
  );
}
