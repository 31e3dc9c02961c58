/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import type { Language } from '../../shared/language.ts';
import { Status } from '../../shared/view/Status.tsx';
import { useNow } from '../../shared/view/use-store.ts';
import type { MeState } from '../data/state.ts';
import type { Member } from '../data/types.ts';
import { Formats } from '../formats.ts';
import type { Words } from '../words.ts';
import { Announcer } from './Announcer.tsx';
import { Badges } from './Badges.tsx';
import { Celebration } from './Celebration.tsx';
import { Challenges } from './Challenges.tsx';
import { History } from './History.tsx';
import { LadderPicture } from './LadderPicture.tsx';
import { Points } from './Points.tsx';
import { Streaks } from './Streaks.tsx';
import { isRunningStreak } from './streak-view.ts';
import { TierCard } from './TierCard.tsx';

interface MeProps {
  state: MeState;
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
export function Me({ state, language, words, onDismiss, onOpen, otherwise, children }: MeProps) {
  // Drawn anew at least so often; what is drawn is of this very moment.
  useNow(20_000);
  const now = Date.now();
  const { program, member } = state;
  const formats = new Formats(language, words, program, member?.timeZone ?? null);
  return (
    <div class="me" lang={language} data-link={state.signedIn ? state.status : undefined}>
      <header class="top">
        <a class="club" href="/">
          {program?.name ?? 'Pokal'}
        </a>
        {state.signedIn && (
          <Status status={state.status} lastSeenAt={state.lastSeenAt} words={words} language={language} />
        )}
      </header>
      <main id="main" tabIndex={-1}>
        {member === null ? (
          otherwise
        ) : (
          <Contents state={state} member={member} formats={formats} now={now} onOpen={onOpen} />
        )}
      </main>
      {children}
      <Celebration wins={state.wins} formats={formats} onClose={onDismiss} />
      <Announcer state={state} formats={formats} />
    </div>
  );
}

interface ContentsProps extends Pick<MeProps, 'onOpen'> {
  state: MeState;
  member: Member;
  formats: Formats;
  now: number;
}

function Contents({ state, member, formats, now, onOpen }: ContentsProps) {
  const { words } = formats;
  const streaks = member.challenges.filter(isRunningStreak);
  const others = member.challenges.filter((progress) => !streaks.includes(progress));
  const [firstName = ''] = member.displayName.split(' ');
  return (
    <>
      <section class="hero" data-empty={member.ladder.steps.length === 0 ? '' : undefined} aria-labelledby="hello">
        <div class="hero-text">
          <h1 id="hello">{words.greeting(firstName, formats.hour(now))}</h1>
          <Points member={member} formats={formats} now={now} />
        </div>
        {member.ladder.steps.length > 0 && <LadderPicture ladder={member.ladder} formats={formats} />}
      </section>
      <div class="columns">
        <div class="column">
          <Streaks challenges={streaks} formats={formats} now={now} />
          <Challenges
            challenges={others}
            communities={state.communities}
            member={member}
            formats={formats}
            now={now}
            onOpen={onOpen}
          />
          {(member.tier.tier ?? member.tier.next) !== null && (
            <TierCard standing={member.tier} formats={formats} now={now} />
          )}
        </div>
        <div class="column">
          <Badges badges={state.badges} member={member} formats={formats} now={now} />
          <History entries={member.ledger.edges.map(({ node }) => node)} formats={formats} now={now} />
        </div>
      </div>
    </>
  );
}
