/** @jsxImportSource preact */
import { useEffect, useState } from 'preact/hooks';
import { change } from '../../shared/address.ts';
import type { Language } from '../../shared/language.ts';
import { keepToken } from '../../shared/token.ts';
import { useStore } from '../../shared/view/use-store.ts';
import type { BoardStore } from '../data/store.ts';
import { Board } from '../view/Board.tsx';
import { words as allWords } from '../words.ts';
import { remember, type Wish } from './address.ts';
import { SignIn } from './SignIn.tsx';
import { keepScreenOn } from './wall.ts';

interface PageProps {
  store: BoardStore;
  wish: Wish;
  language: Language;
  signedIn: boolean;
}

/** The page at `/`: a live board with a discreet menu below. */
export function Page({ store, wish, ...initial }: PageProps) {
  const state = useStore(store);
  const [language, setLanguage] = useState(initial.language);
  const [wall, setWall] = useState(wish.wall);
  const [signedIn, setSignedIn] = useState(initial.signedIn);
  const words = allWords[language];
  const sign = (token: string | null) => {
    keepToken(token);
    setSignedIn(token !== null);
    store.signIn(token);
  };
  const title = state.board === null ? 'Pokal' : `${state.board.name} · ${state.program?.name ?? 'Pokal'}`;
  useEffect(() => remember(state), [state]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = title;
  }, [language, title]);
  useEffect(() => (wall ? keepScreenOn() : undefined), [wall]);
  useEffect(() => {
    if (!state.tokenRefused) return;
    keepToken(null);
    setSignedIn(false);
  }, [state.tokenRefused]);
  return (
    <>
      <a class="skip" href="#standings">
        {words.skip}
      </a>
      <Board store={store} language={language} variant="page" wall={wall} ticker>
        <footer class="foot">
          {signedIn ? (
            <button type="button" class="link" onClick={() => sign(null)}>
              {words.signIn.out}
            </button>
          ) : (
            <SignIn words={words.signIn} refused={state.tokenRefused} onToken={sign} />
          )}
          <button
            type="button"
            class="link"
            lang={language === 'sv' ? 'en' : 'sv'}
            onClick={() => {
              const next = language === 'sv' ? 'en' : 'sv';
              change({ lang: next });
              setLanguage(next);
            }}
          >
            {words.menu.language}
          </button>
          <button
            type="button"
            class="link"
            onClick={() => {
              change({ wall: wall ? null : '' });
              setWall(!wall);
            }}
          >
            {wall ? words.menu.leaveWall : words.menu.wall}
          </button>
          <span class="foot-space" />
          <a href="/me">{words.menu.me}</a>
          <a href="/start">{words.menu.start}</a>
          <a href="/graphql">{words.menu.playground}</a>
          <a href="/schema.graphql">{words.menu.schema}</a>
        </footer>
      </Board>
    </>
  );
}
