/** @jsxImportSource preact */
import type { Community } from '../data/communities.ts';
import type { ChallengeProgress, Member } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { ChallengeRow } from './ChallengeRow.tsx';

/** So many stand open; the others lie folded below. */
const MOST_OPEN = 3;

interface ChallengesProps {
  challenges: readonly ChallengeProgress[];
  communities: ReadonlyMap<string, Community>;
  member: Member;
  formats: Formats;
  now: number;
  /** Called when the list of who brought what to a challenge is opened or closed. */
  onOpen(code: string, isOpen: boolean): void;
}

/** What can be done now, the nearest to its aim first; what is over lies folded below. */
export function Challenges({ challenges, communities, member, formats, now, onOpen }: ChallengesProps) {
  const { title, none, further, earlier } = formats.words.challenges;
  const open = inOrder(challenges.filter((progress) => !isOver(progress)));
  const over = challenges.filter(isOver);
  const rows = (shown: readonly ChallengeProgress[]) => (
    <ul class="rows">
      {shown.map((progress) => (
        <ChallengeRow
          key={progress.challenge.code}
          state={progress}
          community={communities.get(progress.challenge.code) ?? null}
          member={member}
          formats={formats}
          now={now}
          onOpen={onOpen}
        />
      ))}
    </ul>
  );
  return (
    <section class="card challenges" aria-labelledby="challenges">
      <h2 class="card-title" id="challenges">
        {title}
      </h2>
      {open.length > 0 ? (
        rows(open.slice(0, MOST_OPEN))
      ) : (
        <div class="nothing">
          <h3>{none.title}</h3>
          <p>{none.text}</p>
        </div>
      )}
      {open.length > MOST_OPEN && (
        <details class="more">
          <summary>{further(open.length - MOST_OPEN)}</summary>
          {rows(open.slice(MOST_OPEN))}
        </details>
      )}
      {over.length > 0 && (
        <details class="more">
          <summary>{earlier(over.length)}</summary>
          {rows(over)}
        </details>
      )}
    </section>
  );
}

/** Nothing more will happen to it. */
function isOver({ status, challenge }: ChallengeProgress): boolean {
  return status === 'EXPIRED' || (status === 'COMPLETED' && challenge.recurrence === 'NONE');
}

function inOrder(challenges: readonly ChallengeProgress[]): ChallengeProgress[] {
  const weight = ({ status, percent }: ChallengeProgress) => (status === 'COMPLETED' ? -1 : percent);
  return challenges.toSorted((left, right) => weight(right) - weight(left));
}
