/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import type { Language } from '../../shared/language.ts';
import { useStore } from '../../shared/view/use-store.ts';
import type { BoardStore } from '../data/store.ts';
import { Formats } from '../formats.ts';
import { words } from '../words.ts';
import { Announcer } from './Announcer.tsx';
import { Head } from './Head.tsx';
import { CupDrawing, Mine, Places } from './Places.tsx';
import { Ticker } from './Ticker.tsx';

export interface BoardProps {
  store: BoardStore;
  language: Language;
  variant: 'page' | 'embed';
  /** Larger type and nothing to handle, for a screen that hangs on a wall. */
  wall?: boolean;
  ticker: boolean;
  /** Below the board: the page's menu. */
  children?: ComponentChildren;
}

/** A whole live board: the same on the page and inside other sites. */
export function Board({ store, language, variant, wall = false, ticker, children }: BoardProps) {
  const state = useStore(store);
  const formats = new Formats(language, words[language], state.program);
  const { board } = state;
  const isPage = variant === 'page';
  const Standings = isPage ? 'main' : 'section';
  return (
    <div
      class="board"
      lang={language}
      data-variant={variant}
      data-wall={wall ? '' : undefined}
      data-link={state.status}
    >
      <Head store={store} state={state} formats={formats} switchBoards={isPage} level={isPage ? 1 : 2} />
      <div class="body">
        <Standings class="standings" id="standings" tabIndex={-1}>
          {board === null ? (
            <NoBoard link={isPage} isKnown={state.boards !== null} formats={formats} />
          ) : (
            <>
              <Places state={state} board={board} formats={formats} />
              <Mine state={state} board={board} formats={formats} />
              <Announcer state={state} board={board} formats={formats} key={board.code} />
            </>
          )}
        </Standings>
        {ticker && <Ticker state={state} formats={formats} />}
      </div>
      {children}
    </div>
  );
}

function NoBoard({ isKnown, link, formats }: { isKnown: boolean; link: boolean; formats: Formats }) {
  const { noBoards, loading } = formats.words;
  if (!isKnown) return <p class="waiting">{loading}</p>;
  return (
    <div class="empty">
      <CupDrawing />
      <h2>{noBoards.title}</h2>
      <p>{noBoards.text}</p>
      {link && (
        <p>
          <a href="/graphql">{noBoards.link}</a>
        </p>
      )}
    </div>
  );
}
