/** @jsxImportSource preact */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { change } from '../../shared/address.ts';
import type { Language } from '../../shared/language.ts';
import { keepToken } from '../../shared/token.ts';
import { Status } from '../../shared/view/Status.tsx';
import { useNow, useStore } from '../../shared/view/use-store.ts';
import type { Counter } from '../data/counter.ts';
import type { CounterState } from '../data/state.ts';
import { Formats } from '../formats.ts';
import { Announcer } from '../view/Announcer.tsx';
import { Button } from '../view/Button.tsx';
import { Finder } from '../view/Finder.tsx';
import { JobLine } from '../view/JobLine.tsx';
import { Served } from '../view/Served.tsx';
import { Sheets } from '../view/Sheets.tsx';
import { useScanner } from '../view/use-scanner.ts';
import { loadWords, type Words } from '../words.ts';
import { SignIn } from './SignIn.tsx';

const STAFF = 'pokal:staff-token';

/** A language and what the counter says in it. */
export interface Speech {
  language: Language;
  words: Words;
}

/** The page at `/counter`. */
export function Page({ counter, ...initial }: { counter: Counter; speech: Speech }) {
  const state = useStore(counter);
  const [{ language, words }, setSpeech] = useState(initial.speech);
  const formats = new Formats(language, words, state.shop);
  const title = state.shop === null ? words.title : `${words.title} · ${state.shop.program.name}`;
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = title;
  }, [language, title]);
  useEffect(() => {
    if (state.refused !== null) keepToken(null, STAFF);
  }, [state.refused]);
  const sign = (token: string | null) => {
    keepToken(token, STAFF);
    void counter.signIn(token);
  };
  const switchLanguage = async () => {
    const next = language === 'sv' ? 'en' : 'sv';
    setSpeech({ language: next, words: await loadWords(next) });
    change({ lang: next });
  };
  return (
    <div class="counter" data-at={placeOf(state)}>
      <a class="skip" href="#main">
        {words.skip}
      </a>
      {state.access === 'GRANTED' ? (
        <Behind counter={counter} state={state} formats={formats} />
      ) : (
        <main id="main">
          <SignIn state={state} formats={formats} onToken={sign} />
        </main>
      )}
      <footer class="foot">
        {state.access === 'GRANTED' && (
          <button type="button" class="link" onClick={() => sign(null)}>
            {words.menu.out}
          </button>
        )}
        <button type="button" class="link" lang={language === 'sv' ? 'en' : 'sv'} onClick={() => void switchLanguage()}>
          {words.menu.language}
        </button>
        <span class="foot-space" />
        <a href="/">{words.menu.board}</a>
        <a href="/start">{words.menu.start}</a>
      </footer>
      <Announcer state={state} formats={formats} />
    </div>
  );
}

/** What staff see: the field, and below it whoever stands at the counter. */
function Behind({ counter, state, formats }: { counter: Counter; state: CounterState; formats: Formats }) {
  const { words } = formats;
  const now = useNow(30_000);
  const field = useRef<HTMLInputElement>(null);
  const focusField = useCallback(() => {
    field.current?.focus();
    // What is left there of the one before shall not stand before what comes now.
    field.current?.select();
  }, []);
  useScanner(
    focusField,
    useCallback((text: string) => counter.scanned(text), [counter]),
  );
  useEscape(counter, state, focusField);
  const isIdle = state.memberId === null && state.sheet === null;
  useEffect(() => {
    if (isIdle) focusField();
  }, [isIdle, focusField]);
  const dismiss = useCallback(() => counter.dismiss(), [counter]);
  return (
    <>
      <header class="top">
        <a class="club" href="/start">
          {state.shop?.program.name}
        </a>
        <Finder counter={counter} state={state} formats={formats} field={field} />
        <TopSide counter={counter} state={state} formats={formats} />
      </header>
      <main id="main" tabIndex={-1} data-link={state.status}>
        {state.memberId !== null && state.served === null && state.serving.is === 'BUSY' && (
          <p class="waiting">{words.loading}</p>
        )}
        {state.memberId !== null && (state.served === null || state.serving.is === 'FAILED') && (
          <JobLine job={state.serving} formats={formats} onStop={() => counter.next()} />
        )}
        {state.served !== null && (
          <Served
            counter={counter}
            state={state}
            served={state.served}
            formats={formats}
            now={now}
            onDismiss={dismiss}
          />
        )}
      </main>
      {state.isLeaving && (
        <div class="leaving" role="alert">
          <p>{words.idle}</p>
          <Button look="gold" onPress={() => counter.stay()}>
            {words.stay}
          </Button>
        </div>
      )}
      <Sheets counter={counter} state={state} formats={formats} now={now} />
    </>
  );
}

/** Whether all is true and sent, and the way to the next customer. */
function TopSide({ counter, state, formats }: { counter: Counter; state: CounterState; formats: Formats }) {
  const { words } = formats;
  return (
    <div class="top-side">
      {state.unsent > 0 && !isToldBelow(state) && (
        <p class="status" role="status" data-status="reconnecting">
          <span class="status-dot" aria-hidden="true" />
          {words.unsent(formats.number(state.unsent))}
        </p>
      )}
      <Status status={state.status} lastSeenAt={state.lastSeenAt} words={words} language={formats.language} />
      {state.memberId !== null && (
        <Button class="next" onPress={() => counter.next()}>
          {words.next}
        </Button>
      )}
    </div>
  );
}

/** Escape empties the field, and then the counter; what lies on top closes by itself. */
function useEscape(counter: Counter, state: CounterState, focusField: () => void): void {
  const isTyped = state.find.text !== '';
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || document.querySelector('dialog[open]') !== null) return;
      if (isTyped) counter.finding.clear();
      else counter.next();
      focusField();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [counter, isTyped, focusField]);
}

/** What is being sent for the member who is served is told where it was begun. */
function isToldBelow({ memberId, visit, sheet }: CounterState): boolean {
  return memberId !== null && (visit.job.is === 'BUSY' || sheet?.job.is === 'BUSY');
}

function placeOf({ access, memberId }: CounterState): string {
  if (access !== 'GRANTED') return 'door';
  return memberId === null ? 'idle' : 'member';
}
