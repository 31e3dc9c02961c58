/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import type { Formats } from '../formats.ts';
import { standingOf } from './standing.ts';
import type { Branch } from './tree.ts';
import type { FriendsWords } from './words.ts';

/** So many are shown at first, and so many more each time they are asked for. */
const FIRST = 5;
const MORE = 25;

interface ChainListProps {
  branches: readonly Branch[];
  words: FriendsWords;
  formats: Formats;
  now: number;
  /** Names the outermost list. */
  label?: string;
}

/** The tree in words: a list in which each has the list of those who came through them, the latest first. */
export function ChainList({ branches, words, formats, now, label }: ChainListProps) {
  const [most, setMost] = useState(FIRST);
  const latestFirst = branches.toReversed();
  const shown = latestFirst.slice(0, most);
  return (
    <ul class="chain" aria-label={label}>
      {shown.map((branch) => (
        <Person key={branch.place.referral.id} branch={branch} words={words} formats={formats} now={now} />
      ))}
      {shown.length < branches.length && (
        <li>
          <button type="button" class="link" onClick={() => setMost(most + MORE)}>
            {words.tree.more(formats.number(branches.length - shown.length))}
          </button>
        </li>
      )}
    </ul>
  );
}

function Person({ branch, words, ...common }: Omit<ChainListProps, 'branches'> & { branch: Branch }) {
  const [isOpen, setOpen] = useState(false);
  const { tree } = words;
  const { formats, now } = common;
  const { member, referral, size, valueBrought, depth } = branch.place;
  const standing = standingOf(referral.status);
  const name = <span class="chain-name">{formats.nameOf(member)}</span>;
  return (
    <li data-standing={standing}>
      <div class="chain-row">
        {branch.branches.length > 0 ? (
          <button type="button" class="chain-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {name}
          </button>
        ) : (
          name
        )}
        <span class="chain-standing">{tree.standing[standing]}</span>
        <span class="chain-note">
          {tree.came(formats.day(referral.createdAt, now))}
          {size > 0 && ` · ${tree.brought(formats.number(size), size)}`}
          {size > 0 && Number(valueBrought.amount) > 0 && ` ${tree.worth(formats.money(valueBrought.amount))}`}
        </span>
        {depth === 1 && referral.points > 0 && <span class="gives">{tree.got(formats.number(referral.points))}</span>}
      </div>
      {isOpen && <ChainList branches={branch.branches} words={words} {...common} />}
    </li>
  );
}
