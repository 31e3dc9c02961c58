/** @jsxImportSource preact */
import { Moving } from '../../shared/view/Moving.tsx';
import { isOwn, type Place } from '../data/standings.ts';
import type { BoardState } from '../data/state.ts';
import type { BoardInfo } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { PlaceItem } from './PlaceItem.tsx';

interface PlacesProps {
  state: BoardState;
  board: BoardInfo;
  formats: Formats;
}

const SEATS = 3;

/** The first places: three on the podium, the others in rows below. */
export function Places({ state, board, formats }: PlacesProps) {
  const { places, me, mine, closedSeason } = state;
  const { words } = formats;
  if (places === null) return <p class="waiting">{words.loading}</p>;
  if (places.length === 0) {
    const { title, text } = closedSeason === null ? words.noPlaces : words.noPlacesThen;
    return (
      <div class="empty">
        <CupDrawing />
        <h3>{title}</h3>
        <p>{text}</p>
      </div>
    );
  }
  return (
    // Another board or season is another list: nobody glides from one to the other.
    <Moving class="places" label={board.name} key={`${board.code} ${closedSeason?.id ?? board.season.id}`}>
      {places.map((place, index) => (
        <PlaceItem
          key={place.key}
          place={place}
          board={board}
          formats={formats}
          isMine={isOwn(place, me?.id ?? null, mine)}
          seat={index < SEATS ? index + 1 : undefined}
        />
      ))}
    </Moving>
  );
}

/** One's own place, with the neighbours when it is not among the first. */
export function Mine({ state, board, formats }: PlacesProps) {
  const { me, mine, missing, around, places, closedSeason } = state;
  const { words } = formats;
  if (me === null || places === null || closedSeason !== null) return null;
  const isShown = places.some((place) => isOwn(place, me.id, mine));
  const neighbours: readonly Place[] = isShown ? [] : around.length > 0 ? around : mine === null ? [] : [mine];
  return (
    <section class="mine" aria-label={words.yourPlace}>
      <h2 class="mine-title">{words.yourPlace}</h2>
      {mine === null ? (
        <p class="mine-text">{words.notOnBoard}</p>
      ) : (
        <p class="mine-text">
          <strong>{words.place(mine.rank)}</strong>
          <span>{distance(mine, missing, board, formats)}</span>
        </p>
      )}
      {neighbours.length > 0 && (
        <Moving class="places places-around" label={words.yourPlace}>
          {neighbours.map((place) => (
            <PlaceItem
              key={place.key}
              place={place}
              board={board}
              formats={formats}
              isMine={isOwn(place, me.id, mine)}
            />
          ))}
        </Moving>
      )}
    </section>
  );
}

function distance(mine: Place, missing: number | null, board: BoardInfo, formats: Formats): string {
  if (missing === null) return mine.rank === 1 ? formats.words.inTheLead : '';
  return formats.words.missing(`${formats.score(board, missing)} ${formats.unit(board, missing)}`);
}

export function CupDrawing() {
  return (
    <svg class="cup" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path class="cup-bowl" d="M9 4.500h14v8.200a7 7 0 0 1-14 0Z" />
      <path d="M9 7H4.800c0 4.600 1.700 6.800 4.900 7.200M23 7h4.200c0 4.600-1.700 6.800-4.900 7.200M16 20v5M10.500 27.500h11M12.500 25h7" />
    </svg>
  );
}
