/** @jsxImportSource preact */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { change } from '../../shared/address.ts';
import type { Language } from '../../shared/language.ts';
import { spacedNumber } from '../../shared/member-number.ts';
import { keepToken } from '../../shared/token.ts';
import { useStore } from '../../shared/view/use-store.ts';
import type { MeStore } from '../data/store.ts';
import { Me } from '../view/Me.tsx';
import { useView } from '../view/views.ts';
import { words as allWords } from '../words.ts';
import { Welcome } from './Welcome.tsx';

/** The page at `/me`: a member's own, or the way in. */
export function Page({ store, ...initial }: { store: MeStore; language: Language }) {
  const state = useStore(store);
  const view = useView();
  const [language, setLanguage] = useState(initial.language);
  const words = allWords[language];
  const sign = (token: string | null) => {
    keepToken(token);
    store.signIn(token);
  };
  const dismiss = useCallback(() => store.dismiss(), [store]);
  const open = useCallback((code: string, isOpen: boolean) => store.open(code, isOpen), [store]);
  useEffect(() => store.watch(view), [store, view]);
  const title = state.program === null ? words.title : `${words.title} · ${state.program.name}`;
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = title;
  }, [language, title]);
  useEffect(() => {
    if (state.tokenRefused) keepToken(null);
  }, [state.tokenRefused]);
  const switchLanguage = () => {
    const next = language === 'sv' ? 'en' : 'sv';
    change({ lang: next });
    setLanguage(next);
  };
  return (
    <>
      <a class="skip" href="#main">
        {words.skip}
      </a>
      <Me
        state={state}
        view={view}
        value={store.value}
        language={language}
        words={words}
        onDismiss={dismiss}
        onOpen={open}
        otherwise={<Welcome state={state} words={words.signIn} loading={words.loading} onToken={sign} />}
      >
        <footer class="foot">
          {state.signedIn && (
            <button type="button" class="link" onClick={() => sign(null)}>
              {words.menu.out}
            </button>
          )}
          <button type="button" class="link" lang={language === 'sv' ? 'en' : 'sv'} onClick={switchLanguage}>
            {words.menu.language}
          </button>
          <span class="foot-space" />
          {state.member !== null && (
            <span class="foot-number">{words.points.memberNumber(spacedNumber(state.member.memberNumber))}</span>
          )}
          <a href="/">{words.menu.board}</a>
          <a href="/start">{words.menu.start}</a>
        </footer>
      </Me>
    </>
  );
}
