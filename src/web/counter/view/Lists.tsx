/** @jsxImportSource preact */
import type { Activity, ChallengeProgress } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { Bar } from './Bar.tsx';
import { typeName } from './Till.tsx';

/** Those nearest to their end are worth a word. */
const MOST_CHALLENGES = 3;

/** Challenges that are under way, the nearest to the goal first. */
export function Challenges({ challenges, formats }: { challenges: readonly ChallengeProgress[]; formats: Formats }) {
  const { words } = formats;
  const nearest = challenges.toSorted((left, right) => right.percent - left.percent).slice(0, MOST_CHALLENGES);
  if (nearest.length === 0) return null;
  return (
    <section class="card" aria-labelledby="challenges">
      <h2 class="card-title" id="challenges">
        {words.challenges.title}
      </h2>
      <ul class="rows">
        {nearest.map(({ challenge, progress, target, percent }) => {
          const measure = challenge.streak === null ? challenge.goal.measure : 'COUNT';
          const [done, all] = [formats.counted(measure, progress), formats.counted(measure, target)];
          const facts = [
            challenge.mode === 'COMMUNITY' ? words.challenges.together : '',
            words.challenges.progress(done, all),
            challenge.points === null ? '' : words.challenges.gives(formats.number(challenge.points)),
          ];
          return (
            <li key={challenge.code} class="row row-bar" data-code={challenge.code}>
              <span>{challenge.name}</span>
              <span class="quiet">{facts.filter(Boolean).join(' · ')}</span>
              <Bar label={challenge.name} percent={percent} text={words.challenges.progress(done, all)} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface ActivitiesProps {
  activities: readonly Activity[];
  formats: Formats;
  now: number;
}

/** What the member did last, with what it gave. */
export function Activities({ activities, formats, now }: ActivitiesProps) {
  const { words } = formats;
  return (
    <section class="card" aria-labelledby="activities">
      <h2 class="card-title" id="activities">
        {words.activities.title}
      </h2>
      {activities.length === 0 && <p class="quiet">{words.activities.none}</p>}
      <ul class="rows activities">
        {activities.map((activity) => {
          const points = activity.effects.reduce((sum, effect) => sum + (effect.points ?? 0), 0);
          const name = typeName(activity.type, formats.language);
          return (
            <li key={activity.id} class="row" data-reversed={activity.reversedAt === null ? undefined : ''}>
              <span class="row-text">
                <span class="row-name">
                  {activity.value === null ? name : `${name} ${formats.money(activity.value.amount)}`}
                </span>
                <span class="quiet">
                  {activity.reversedAt === null ? formats.moment(activity.occurredAt, now) : words.activities.reversed}
                </span>
              </span>
              <span class="row-points">{formats.signed(points)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
