import { change } from '../../shared/address.ts';
import type { BoardState } from '../data/state.ts';

/** What the page's address asks for, for example `/?board=monthly-points&wall&lang=sv`. */
export interface Wish {
  board: string | null;
  season: string | null;
  language: string | null;
  wall: boolean;
  first: number;
}

const PLACES = 10;
const MOST_PLACES = 100;

export function wishOf(search: string): Wish {
  const wishes = new URLSearchParams(search);
  const first = Number(wishes.get('first') ?? PLACES);
  return {
    board: wishes.get('board'),
    season: wishes.get('season'),
    language: wishes.get('lang'),
    wall: wishes.has('wall'),
    first: Number.isInteger(first) && first >= 1 && first <= MOST_PLACES ? first : PLACES,
  };
}

/** Writes what is shown into the address, so that a reload or a shared link shows the same. */
export function remember(state: BoardState): void {
  const { board, boards, closedSeason } = state;
  if (board === null) return;
  const isFirst = boards?.[0]?.code === board.code;
  change({ board: isFirst ? null : board.code, season: closedSeason?.id ?? null });
}
