/** @jsxImportSource preact */
import type { RewardKind } from '../data/value-types.ts';
import { ownPicture } from '../view/Emblem.tsx';
import { KINDS } from './kinds.ts';

/** What a reward is, at a glance: its own picture where this server has it, else a sign for its kind. */
export function Tile({ kind, imageUrl = null }: { kind: RewardKind; imageUrl?: string | null }) {
  const picture = ownPicture(imageUrl);
  if (picture !== null) return <img class="tile" src={picture} alt="" width="56" height="56" />;
  const { drawing, tone } = KINDS[kind];
  return (
    <span class="tile" data-tone={tone}>
      <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d={drawing} />
      </svg>
    </span>
  );
}
