/** @jsxImportSource preact */
import type { MeState } from '../data/state.ts';
import type { Member } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { Badges } from './Badges.tsx';
import { Challenges } from './Challenges.tsx';
import { History } from './History.tsx';
import { LadderPicture } from './LadderPicture.tsx';
import { Points } from './Points.tsx';
import { Streaks } from './Streaks.tsx';
import { isRunningStreak } from './streak-view.ts';
import { TierCard } from './TierCard.tsx';
import { Worth } from './Worth.tsx';

interface HomeProps {
  state: MeState;
  member: Member;
  formats: Formats;
  now: number;
  /** Called when the list of who brought what to a challenge is opened or closed. */
  onOpen(code: string, isOpen: boolean): void;
}

/** What a member sees first: the points and the way up, what to do next, and what there is already. */
export function Home({ state, member, formats, now, onOpen }: HomeProps) {
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
      <Worth member={member} formats={formats} now={now} />
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
