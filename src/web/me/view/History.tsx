/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import { builtInWord } from '../../shared/activity-words.ts';
import { Moving } from '../../shared/view/Moving.tsx';
import type { Entry } from '../data/types.ts';
import type { Formats } from '../formats.ts';

/** Clocks differ a little, so points that are active by then are not called pending. */
const SOON_MS = 60_000;

/** So many are shown before somebody asks for the others. */
const FIRST = 5;

interface HistoryProps {
  entries: readonly Entry[];
  formats: Formats;
  now: number;
}

/** The latest points, each with its reason. */
export function History({ entries, formats, now }: HistoryProps) {
  const { ledger } = formats.words;
  const [isWhole, setWhole] = useState(false);
  // What was recorded late stands with its own day.
  const inOrder = entries.toSorted((left, right) => Date.parse(right.occurredAt) - Date.parse(left.occurredAt));
  return (
    <section class="card history" aria-labelledby="history">
      <h2 class="card-title" id="history">
        {ledger.title}
      </h2>
      {entries.length === 0 && <p class="quiet">{ledger.none}</p>}
      <Moving class="entries" label={ledger.title}>
        {inOrder.slice(0, isWhole ? inOrder.length : FIRST).map((entry) => (
          <li class="entry" key={entry.id} data-key={entry.id} data-debit={entry.points < 0 ? '' : undefined}>
            <span class="entry-text">
              <span class="entry-what">{titleOf(entry, formats)}</span>
              <span class="entry-why">{reasonOf(entry, formats)}</span>
            </span>
            <span class="entry-side">
              <span class="entry-points">{formats.signed(entry.points)}</span>
              <time class="entry-when" dateTime={entry.occurredAt}>
                {Date.parse(entry.activeAt) > now + SOON_MS
                  ? ledger.pendingUntil(formats.day(entry.activeAt, now))
                  : formats.dayLabel(entry.occurredAt, now)}
              </time>
            </span>
          </li>
        ))}
      </Moving>
      {!isWhole && inOrder.length > FIRST && (
        <button type="button" class="link further" onClick={() => setWhole(true)}>
          {ledger.more}
        </button>
      )}
    </section>
  );
}

/** What it was for: the challenge or campaign by its name, an activity in the reader's words. */
export function titleOf({ kind, rule, activity, reason }: Entry, formats: Formats): string {
  const { kinds } = formats.words.ledger;
  // What was taken back is told first as that: the name of a purchase alone would read as a purchase.
  if (kind === 'REVERSE' || kind === 'REFUND') return kinds[kind];
  if (kind === 'BONUS' && rule !== null) return rule.name;
  if (activity === null) return kind === 'EARN' ? reason : kinds[kind];
  return builtInWord(activity.type.code, formats.language) ?? activity.type.name;
}

/** Why, with the rule that says so, unless its name has been said already. */
function reasonOf(entry: Entry, formats: Formats): string {
  const { kind, rule, reason, activity } = entry;
  const said = titleOf(entry, formats);
  if (kind === 'REDEEM' && rule !== null) return rule.name;
  if (kind === 'REVERSE' && activity !== null) {
    const what = builtInWord(activity.type.code, formats.language) ?? activity.type.name;
    return [what, reason].filter((text) => text !== '').join(' · ');
  }
  return [rule?.name, reason].filter((text) => text !== undefined && text !== said).join(' · ');
}
