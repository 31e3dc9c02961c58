/** @jsxImportSource preact */
import type { ChallengeProgress, StreakState } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { Drawing } from './Drawing.tsx';
import { isDoneForNow } from './streak-view.ts';

/** More periods than this are told as a number alone. */
const MOST_DOTS = 31;

interface StreaksProps {
  challenges: readonly ChallengeProgress[];
  formats: Formats;
  now: number;
}

/** Challenges that ask for one thing again and again: how long it has lasted, and when it ends. */
export function Streaks({ challenges, formats, now }: StreaksProps) {
  return (
    <>
      {challenges.map((progress) =>
        progress.streak === null ? null : (
          <Streak
            key={progress.challenge.code}
            progress={progress}
            state={progress.streak}
            formats={formats}
            now={now}
          />
        ),
      )}
    </>
  );
}

interface StreakProps {
  progress: ChallengeProgress;
  state: StreakState;
  formats: Formats;
  now: number;
}

function Streak({ progress: { challenge, status, completedAt }, state, formats, now }: StreakProps) {
  const { words } = formats;
  const { every = 'DAY', length = 1 } = challenge.streak ?? {};
  const isRunning = state.current > 0;
  const isDone = isDoneForNow(state, every, formats, now);
  const isCompleted = status === 'COMPLETED';
  return (
    <section class="card streak" data-running={isRunning ? '' : undefined} aria-label={challenge.name}>
      <div class="streak-head">
        <Drawing name="fire" />
        <p class="streak-count">
          <span class="streak-figure">{formats.number(state.current)}</span>{' '}
          <span class="streak-unit">
            {words.streak.inARow(state.current, every)} {!isCompleted && words.streak.of(formats.number(length))}
          </span>
        </p>
        {challenge.points !== null && !isCompleted && (
          <span class="gives">{words.challenges.gives(formats.number(challenge.points))}</span>
        )}
      </div>
      <h2 class="streak-name">{challenge.name}</h2>
      {challenge.description !== null && <p class="quiet">{challenge.description}</p>}
      {length <= MOST_DOTS && !isCompleted && <Dots state={state} length={length} formats={formats} />}
      <ul class="facts">
        {isCompleted && completedAt !== null && (
          <li class="done">
            <Drawing name="check" />
            <span>{words.streak.completed(formats.number(length), formats.day(completedAt, now))}</span>
          </li>
        )}
        {isRunning && (
          <li class={isDone ? 'done' : 'open'}>{isDone ? words.streak.done(every) : words.streak.open(every)}</li>
        )}
        <li data-urgent={isRunning && !isDone && isSoon(state.endsAt, now) ? '' : undefined}>
          {isRunning && state.endsAt !== null
            ? words.streak.breaks(formats.until(state.endsAt, now))
            : words.streak.none}
        </li>
        {challenge.streak !== null && challenge.streak.freezes > 0 && (
          <li class="freezes">
            {numbered(challenge.streak.freezes).map((number) => (
              <Drawing key={number} name="snow" faded={number > state.freezesLeft} />
            ))}
            <span>{words.streak.freezes(state.freezesLeft)}</span>
          </li>
        )}
        {state.best > state.current && <li>{words.streak.best(formats.number(state.best))}</li>}
      </ul>
    </section>
  );
}

function Dots({ state, length, formats }: { state: StreakState; length: number; formats: Formats }) {
  const { met, isNext, left } = formats.words.streak;
  return (
    <ol class="dots" style={{ '--dots': length > 16 ? Math.ceil(length / 2) : length }}>
      {numbered(length).map((number) => {
        const is = number <= state.current ? 'met' : number === state.current + 1 ? 'next' : 'left';
        return (
          <li key={number} class="dot" data-is={is}>
            <span class="unseen">{`${number}: ${is === 'met' ? met : is === 'next' ? isNext : left}`}</span>
            {is === 'met' ? <Drawing name="check" /> : <span aria-hidden="true">{number}</span>}
          </li>
        );
      })}
    </ol>
  );
}

function isSoon(endsAt: string | null, now: number): boolean {
  return endsAt !== null && Date.parse(endsAt) - now < 86_400_000;
}

function numbered(length: number): number[] {
  return Array.from({ length }, (_, index) => index + 1);
}
