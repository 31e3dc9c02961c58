/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Language } from '../../shared/language.ts';
import { Status } from '../../shared/view/Status.tsx';
import { useNow } from '../../shared/view/use-store.ts';
import type { MeState } from '../data/state.ts';
import type { Value } from '../data/value.ts';
import { Formats } from '../formats.ts';
import type { Words } from '../words.ts';
import { Announcer } from './Announcer.tsx';
import { Celebration } from './Celebration.tsx';
import { Home } from './Home.tsx';
import { Later, LaterPart } from './Later.tsx';
import { Navigation } from './Navigation.tsx';
import type { View } from './view-names.ts';
import { viewsOf } from './views.ts';

const rewards = new LaterPart(() => import('../value/Rewards.tsx'));
const card = new LaterPart(() => import('../value/Card.tsx'));
const friends = new LaterPart(() => import('../friends/Friends.tsx'));

interface MeProps {
  state: MeState;
  view: View;
  value: Value;
  language: Language;
  words: Words;
  onDismiss(): void;
  /** Called when the list of who brought what to a challenge is opened or closed. */
  onOpen(code: string, isOpen: boolean): void;
  /** What is shown until there is a member: signing in, or waiting. */
  otherwise: ComponentChildren;
  /** Below everything: the menu. */
  children: ComponentChildren;
}

/** The whole page of one member. */
export function Me({ state, language, words, onDismiss, otherwise, children, ...props }: MeProps) {
  // Drawn anew at least so often; what is drawn is of this very moment.
  useNow(20_000);
  const { program, member } = state;
  const formats = new Formats(language, words, program, member?.timeZone ?? null);
  const views = viewsOf(state);
  const view = views.includes(props.view) ? props.view : 'home';
  const isThere = member !== null;
  useEffect(() => {
    // The other parts are wanted soon, and not before this one is there.
    if (!isThere) return;
    rewards.prefetch();
    friends.prefetch();
    card.prefetch();
  }, [isThere]);
  return (
    <div class="me" lang={language} data-link={state.signedIn ? state.status : undefined}>
      <header class="top">
        <a class="club" href="/">
          {program?.name ?? 'Pokal'}
        </a>
        <Navigation
          view={view}
          views={views}
          words={words.parts}
          waiting={{ rewards: member?.redemptions.edges.length ?? 0 }}
        />
        {state.signedIn && (
          <Status status={state.status} lastSeenAt={state.lastSeenAt} words={words} language={language} />
        )}
      </header>
      <main id="main" tabIndex={-1}>
        {member === null ? otherwise : <Part {...props} {...{ state, member, view, formats, now: Date.now() }} />}
      </main>
      {children}
      <Celebration wins={state.wins} formats={formats} onClose={onDismiss} />
      <Announcer state={state} formats={formats} />
    </div>
  );
}

type PartProps = Pick<MeProps, 'state' | 'view' | 'value' | 'onOpen'> & {
  member: NonNullable<MeState['member']>;
  formats: Formats;
  now: number;
};

function Part({ view, onOpen, ...props }: PartProps) {
  const { words } = props.formats;
  if (view === 'rewards') return <Later of={rewards} with={props} words={words} />;
  if (view === 'friends') return <Later of={friends} with={props} words={words} />;
  if (view === 'card') return <Later of={card} with={props} words={words} />;
  return <Home {...props} onOpen={onOpen} />;
}
