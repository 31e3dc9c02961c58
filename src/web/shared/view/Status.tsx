/** @jsxImportSource preact */
import type { LinkStatus } from '../connection/link-status.ts';
import { type Language, LOCALES } from '../language.ts';
import type { StatusWords } from '../words.ts';

interface StatusProps {
  status: LinkStatus;
  /** When the server was last heard, epoch milliseconds; null before the first time. */
  lastSeenAt: number | null;
  words: StatusWords;
  language: Language;
}

/** Whether what is shown is true at this moment, and if not, until when it was. */
export function Status({ status, lastSeenAt, words, language }: StatusProps) {
  const isOld = status === 'away' && lastSeenAt !== null;
  const text = isOld
    ? words.lastSeen(clock(language, lastSeenAt))
    : words.status[status === 'away' ? 'connecting' : status];
  return (
    <p class="status" role="status" data-status={status}>
      <span class="status-dot" aria-hidden="true" />
      {text}
    </p>
  );
}

function clock(language: Language, at: number): string {
  return new Intl.DateTimeFormat(LOCALES[language], { hour: '2-digit', minute: '2-digit' }).format(at);
}
