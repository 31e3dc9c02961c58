/** @jsxImportSource preact */
import type { ChallengeProgress, Community, Contribution, Member } from '../data/types.ts';
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
}

/** One challenge: what it asks for, how far it is, and what it gives. */
export function ChallengeRow({ state, community, member, formats, now }: ChallengeRowProps) {
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
      {community !== null && <Contributions state={state} community={community} own={own} formats={formats} />}
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
function Facts({ state, member, formats, now }: Omit<ChallengeRowProps, 'community'>) {
  const { challenge, status, completedAt, nextPossibleAt, timesCompleted } = state;
  const { challenges: words } = formats.words;
  const { mode, recurrence, endsAt, startsAt } = challenge;
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
}

/** In a challenge of all: one's own share, and everybody's. */
function Contributions({ state: { challenge }, community, own, formats }: ContributionsProps) {
  const { goal } = challenge;
  const { challenges: words } = formats.words;
  const named = community.contributions.edges.map(({ node }) => node).slice(0, MOST_NAMED);
  const amount = (contribution: Contribution) => formats.counted(goal.measure, contribution.amount);
  return (
    <details class="more shares">
      <summary>
        <span>
          <span class="own-mark" aria-hidden="true" />
          {own === null ? words.notYours : words.yours(amount(own))}
        </span>
        {community.contributorCount > 0 && (
          <span class="quiet">{words.contributors(formats.number(community.contributorCount))}</span>
        )}
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

function ownContribution({ contributions }: Community, { id }: Member): Contribution | null {
  return contributions.edges.find(({ node }) => node.member?.id === id)?.node ?? null;
}

/** The challenges that have to be completed first. */
function missingOf({ challenge }: ChallengeProgress, { challenges }: Member): string[] {
  const done = new Set(challenges.filter((one) => one.timesCompleted > 0).map((one) => one.challenge.code));
  return challenge.prerequisites.filter(({ code }) => !done.has(code)).map(({ name }) => name);
}
