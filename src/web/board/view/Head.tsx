/** @jsxImportSource preact */
import { Status } from '../../shared/view/Status.tsx';
import { useNow } from '../../shared/view/use-store.ts';
import type { BoardState } from '../data/state.ts';
import type { BoardStore } from '../data/store.ts';
import type { BoardInfo } from '../data/types.ts';
import type { Formats } from '../formats.ts';

interface HeadProps {
  store: BoardStore;
  state: BoardState;
  formats: Formats;
  /** Offer the other boards; an embedded board shows one. */
  switchBoards: boolean;
  /** 1 where the board is the page, 2 inside another page. */
  level: 1 | 2;
}

/** What is shown: whose board, which one, which season, and how fresh. */
export function Head({ store, state, formats, switchBoards, level }: HeadProps) {
  const { program, board } = state;
  const Title = level === 1 ? 'h1' : 'h2';
  return (
    <header class="head">
      <div class="head-text">
        {switchBoards && <p class="club">{board === null ? formats.words.boards : (program?.name ?? '')}</p>}
        <Title class="title">{board?.name ?? program?.name ?? 'Pokal'}</Title>
        {board !== null && <SeasonLine state={state} board={board} formats={formats} />}
      </div>
      <Status status={state.status} lastSeenAt={state.lastSeenAt} words={formats.words} language={formats.language} />
      {board !== null && (
        <div class="switches">
          {switchBoards && <BoardSwitch store={store} state={state} formats={formats} />}
          <SeasonSwitch store={store} state={state} board={board} formats={formats} />
        </div>
      )}
    </header>
  );
}

function SeasonLine({ state, board, formats }: { state: BoardState; board: BoardInfo; formats: Formats }) {
  const now = useNow(20_000);
  const { words } = formats;
  const season = state.closedSeason ?? board.season;
  const facts = board.period === 'ALL_TIME' ? [] : [formats.season(board, season)];
  if (state.closedSeason !== null) facts.push(words.finalStandings);
  else if (season.endsAt !== null) facts.push(words.closes(formats.until(season.endsAt, now)));
  if (state.size !== null && state.size > 0) facts.push(words.onBoard(formats.number(state.size)));
  return (
    <p class="season">
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
      {board.description && <span class="description">{board.description}</span>}
    </p>
  );
}

function BoardSwitch({ store, state, formats }: { store: BoardStore; state: BoardState; formats: Formats }) {
  const boards = state.boards ?? [];
  if (boards.length < 2) return null;
  return (
    <nav class="boards" aria-label={formats.words.boards}>
      {boards.map(({ code, name }) => (
        <button
          type="button"
          key={code}
          aria-current={code === state.board?.code ? 'true' : undefined}
          onClick={() => store.choose(code)}
        >
          {name}
        </button>
      ))}
    </nav>
  );
}

function SeasonSwitch({
  store,
  state,
  board,
  formats,
}: Omit<HeadProps, 'switchBoards' | 'level'> & { board: BoardInfo }) {
  if (state.seasons.length < 2) return null;
  const { words } = formats;
  const choose = (id: string) => store.chooseSeason(id === board.season.id ? null : id);
  return (
    <label class="period">
      <span class="unseen">{words.period}</span>
      <select value={state.closedSeason?.id ?? board.season.id} onChange={(event) => choose(event.currentTarget.value)}>
        {state.seasons.map((season) => (
          <option key={season.id} value={season.id}>
            {formats.season(board, season)}
            {season.id === board.season.id ? ` (${words.running})` : ''}
          </option>
        ))}
      </select>
    </label>
  );
}
