/** @jsxImportSource preact */
import type { Community } from '../data/communities.ts';
import type { ChallengeProgress, Contribution, Member } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { Drawing } from './Drawing.tsx';
import { Emblem } from './Emblem.tsx';

/** Of those who bring most to a challenge of all, so many are named. */
const MOST_NAMED = 10;

interface ChallengeRowProps {
  state: ChallengeProgress;
  /** What everybody has brought; null when it is no challenge of all, or not known yet. */
  community: Community | null;
  member: Member;
  formats: Formats;
  now: number;
  /** Called when the list of who brought what is opened or closed. */
  onOpen(code: string, isOpen: boolean): void;
}

/** One challenge: what it asks for, how far it is, and what it gives. */
export function ChallengeRow({ state: answered, community, member, formats, now, onOpen }: ChallengeRowProps) {
  // The stream of a challenge of all is fresher than the answer about everything.
  const state = community === null ? answered : { ...answered, ...numbersOf(community) };
  const { challenge, status, percent } = state;
  const own = community === null ? null : ownContribution(community, member);
  return (
    <li class="challenge" data-status={status} data-mode={challenge.mode} data-code={challenge.code}>
      <div class="challenge-head">
        <h3>{challenge.name}</h3>
        <Gives state={state} formats={formats} />
      </div>
      {challenge.description !== null && <p class="quiet">{challenge.description}</p>}
      <div class="bar-line">
        <progress class="unseen" aria-label={challenge.name} max={100} value={percent}>
          {amountOf(state, formats)}
        </progress>
        <span class="bar" aria-hidden="true">
          <span class="bar-done" style={{ width: `${percent}%` }} />
          {own !== null && <span class="bar-own" style={{ width: `${(own.percent * percent) / 100}%` }} />}
        </span>
        <span class="bar-text" aria-hidden="true">
          {status === 'COMPLETED' ? <Drawing name="check" /> : formats.share(Math.floor(percent) / 100)}
        </span>
      </div>
      <Facts state={state} member={member} formats={formats} now={now} />
      {community !== null && (
        <Contributions state={state} community={community} own={own} formats={formats} onOpen={onOpen} />
      )}
    </li>
  );
}

function Gives({ state: { challenge }, formats }: Pick<ChallengeRowProps, 'state' | 'formats'>) {
  const { words } = formats;
  return (
    <>
      {challenge.badge !== null && (
        <span class="gives-badge" title={words.challenges.badge(challenge.badge.name)}>
          <Emblem badge={challenge.badge} />
          <span class="unseen">{words.challenges.badge(challenge.badge.name)}</span>
        </span>
      )}
      {challenge.points !== null && (
        <span class="gives">{words.challenges.gives(formats.number(challenge.points))}</span>
      )}
    </>
  );
}

/** The circumstances: how far, with whom, how often, after what, until when. */
function Facts({ state, member, formats, now }: Omit<ChallengeRowProps, 'community' | 'onOpen'>) {
  const { challenge, status, completedAt, nextPossibleAt, timesCompleted } = state;
  const { challenges: words } = formats.words;
  const { mode, recurrence, startsAt } = challenge;
  const endsAt = challenge.periodEndsAt ?? challenge.endsAt;
  const isOpen = status === 'NOT_STARTED' || status === 'IN_PROGRESS';
  const missing = isOpen ? missingOf(state, member) : [];
  return (
    <ul class="facts">
      <li class="amount">{amountOf(state, formats)}</li>
      {status === 'COMPLETED' && (
        <li class="done">
          {recurrence === 'NONE' && completedAt !== null
            ? words.completed(formats.day(completedAt, now))
            : words.completedNow[recurrence]}
        </li>
      )}
      {status === 'EXPIRED' && <li>{words.expired}</li>}
      {mode === 'COMMUNITY' && <li>{words.together}</li>}
      {recurrence !== 'NONE' && (
        <li>
          <Drawing name="again" />
          <span>{words.recurs[recurrence]}</span>
        </li>
      )}
      {recurrence !== 'NONE' && timesCompleted > 0 && <li>{words.times(timesCompleted)}</li>}
      {missing.map((name) => (
        <li key={name}>
          <Drawing name="lock" />
          <span>{words.after(name)}</span>
        </li>
      ))}
      {isOpen && Date.parse(startsAt) > now && <li>{words.starts(formats.until(startsAt, now))}</li>}
      {status === 'COMPLETED' && nextPossibleAt !== null && <li>{words.again(formats.until(nextPossibleAt, now))}</li>}
      {isOpen && endsAt !== null && <li>{words.ends(formats.until(endsAt, now))}</li>}
    </ul>
  );
}

interface ContributionsProps {
  state: ChallengeProgress;
  community: Community;
  own: Contribution | null;
  formats: Formats;
  onOpen(code: string, isOpen: boolean): void;
}

/** In a challenge of all: one's own share, and everybody's. */
function Contributions({ state: { challenge }, community, own, formats, onOpen }: ContributionsProps) {
  const { contributions, contributorCount } = community;
  const { challenges: words } = formats.words;
  if (contributorCount === 0) return null;
  const amount = (contribution: Contribution) => formats.counted(challenge.goal.measure, contribution.amount);
  const named = (contributions ?? []).slice(0, MOST_NAMED);
  // Who is not among those that were asked for may still have added a little.
  const isOutside = own === null && contributions !== null && contributions.length >= contributorCount;
  return (
    <details class="more shares" onToggle={(event) => onOpen(challenge.code, event.currentTarget.open)}>
      <summary>
        {own !== null && (
          <span>
            <span class="own-mark" aria-hidden="true" />
            {words.yours(amount(own))}
          </span>
        )}
        {isOutside && <span>{words.notYours}</span>}
        <span class="quiet">{words.contributors(formats.number(contributorCount))}</span>
      </summary>
      <ol class="shares-list">
        {named.map((contribution) => (
          <li
            key={`${contribution.member?.id ?? ''} ${contribution.displayName} ${contribution.amount}`}
            data-own={contribution === own ? '' : undefined}
          >
            <span class="shares-name">{formats.nameOf(contribution)}</span>
            <span class="shares-amount">{amount(contribution)}</span>
            <span class="quiet">{formats.share(contribution.percent / 100)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Streaks count periods, whatever the goal of each measures. */
function amountOf({ challenge, progress, target }: ChallengeProgress, formats: Formats): string {
  const measure = challenge.streak === null ? challenge.goal.measure : 'COUNT';
  return formats.words.challenges.progress(formats.counted(measure, progress), formats.counted(measure, target));
}

function numbersOf({ progress, percent }: Community): Pick<ChallengeProgress, 'progress' | 'percent'> {
  return { progress, percent };
}

function ownContribution({ contributions }: Community, { id }: Member): Contribution | null {
  return contributions?.find(({ member }) => member?.id === id) ?? null;
}

/** The challenges that have to be completed first. */
function missingOf({ challenge }: ChallengeProgress, { challenges }: Member): string[] {
  const done = new Set(challenges.filter((one) => one.timesCompleted > 0).map((one) => one.challenge.code));
  return challenge.prerequisites.filter(({ code }) => !done.has(code)).map(({ name }) => name);
}
