/** @jsxImportSource preact */
import { useMemo, useState } from 'preact/hooks';
import { nameOf } from '../../shared/names.ts';
import type { MeState } from '../data/state.ts';
import type { ChainUpdate, FriendsData } from '../data/value-types.ts';
import type { Formats } from '../formats.ts';
import { ChainList } from './ChainList.tsx';
import { Invite } from './Invite.tsx';
import { Picture } from './Picture.tsx';
import { type Branch, treeOf, wayTo } from './tree.ts';
import { type FriendsWords, friendsWords } from './words.ts';
import './friends.css';

interface FriendsProps {
  state: MeState;
  formats: Formats;
  now: number;
}

/** Inviting friends, and the tree of everybody who came through the member. */
export default function Friends({ state: { friends: data, chainNews }, formats, now }: FriendsProps) {
  const words = friendsWords[formats.language];
  if (data === null || data.me === null) return <p class="waiting">{formats.words.loading}</p>;
  const { referralProgram: program, me } = data;
  const isOffered = program !== null && program.status === 'ACTIVE';
  return (
    <>
      <header class="part-head">
        <h1>{words.title}</h1>
        <p class="lead">{isOffered ? words.lead(formats.program?.name ?? 'Pokal') : words.resting}</p>
      </header>
      {isOffered && <Invite me={me} program={program} words={words} formats={formats} />}
      <Tree me={me} news={chainNews} words={words} formats={formats} now={now} />
    </>
  );
}

interface TreeProps {
  me: NonNullable<FriendsData['me']>;
  news: ChainUpdate | null;
  words: FriendsWords;
  formats: Formats;
  now: number;
}

function Tree({ me, news, words, formats, now }: TreeProps) {
  const { tree } = words;
  const tops = useMemo(() => treeOf(me.down), [me.down]);
  const [from, setFrom] = useState<string | null>(null);
  // Whoever was turned down meanwhile is no part of the tree any more.
  const way = from === null ? [] : wayTo(tops, from);
  const root = way.at(-1);
  const open = (branch: Branch) => branch.branches.length > 0 && setFrom(branch.place.referral.id);
  const above = me.up.map(({ member }) => nameOf(member, formats.words));
  return (
    <section class="card tree" aria-labelledby="tree">
      <h2 class="card-title" id="tree">
        {tree.title}
      </h2>
      <Sums tops={tops} words={words} formats={formats} />
      <p class="tree-news" role="status">
        {news === null ? '' : words.news(news.kind, nameOf(news.referral.referee, formats.words), news.depth)}
      </p>
      {way.length > 0 && (
        <nav class="way-back" aria-label={tree.way}>
          <button type="button" class="link" onClick={() => setFrom(null)}>
            {tree.you}
          </button>
          {way.map(({ place }) => (
            <button
              key={place.referral.id}
              type="button"
              class="link"
              aria-current={place.referral.id === from ? 'location' : undefined}
              onClick={() => setFrom(place.referral.id)}
            >
              {formats.nameOf(place.member)}
            </button>
          ))}
        </nav>
      )}
      <Picture
        tops={root?.branches ?? tops}
        root={root === undefined ? tree.you : formats.nameOf(root.place.member)}
        words={words}
        formats={formats}
        onOpen={open}
      />
      {above.length > 0 && <p class="roots">{`${tree.cameThrough(above)}.`}</p>}
      {tops.length === 0 ? (
        <p class="quiet">{tree.none}</p>
      ) : (
        <ChainList branches={tops} label={tree.list} words={words} formats={formats} now={now} />
      )}
    </section>
  );
}

function Sums({ tops, words: { tree }, formats }: { tops: readonly Branch[]; words: FriendsWords; formats: Formats }) {
  if (tops.length === 0) return null;
  const all = tops.reduce((sum, { place }) => sum + 1 + place.size, 0);
  const points = tops.reduce((sum, { place }) => sum + place.referral.points, 0);
  return (
    <ul class="facts">
      <li class="amount">{tree.all(formats.number(all))}</li>
      {all > tops.length && <li>{tree.direct(formats.number(tops.length))}</li>}
      {points > 0 && <li>{tree.earned(formats.number(points))}</li>}
    </ul>
  );
}
