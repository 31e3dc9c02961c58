/** @jsxImportSource preact */
import type { BoardState } from '../data/state.ts';
import type { Formats } from '../formats.ts';

/** Whether what is shown is true at this moment, and if not, until when it was. */
export function Status({ state, formats }: { state: BoardState; formats: Formats }) {
  const { status, lastSeenAt } = state;
  const { words } = formats;
  const isOld = status === 'away' && lastSeenAt !== null;
  const text = isOld
    ? words.lastSeen(formats.time(lastSeenAt))
    : words.status[status === 'away' ? 'connecting' : status];
  return (
    <p class="status" role="status" data-status={status}>
      <span class="status-dot" aria-hidden="true" />
      {text}
    </p>
  );
}
