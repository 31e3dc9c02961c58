/** @jsxImportSource preact */
import type { CounterState } from '../data/state.ts';
import type { Formats } from '../formats.ts';

/** Tells a screen reader whom the counter serves now, with what one would see at the first glance. */
export function Announcer({ state, formats }: { state: CounterState; formats: Formats }) {
  return (
    <p class="unseen" aria-live="polite" id="served">
      {sentenceOf(state, formats)}
    </p>
  );
}

function sentenceOf({ served, memberId }: CounterState, formats: Formats): string {
  if (served === null || memberId === null) return '';
  const { displayName, status, wallet, tier } = served.member;
  const { words } = formats;
  const standing = status === 'ACTIVE' ? (tier.tier?.name ?? words.tier.none) : words.statuses[status].title;
  return `${displayName}. ${standing}. ${formats.number(wallet.active)} ${words.points.spendable(wallet.active)}.`;
}
