/** @jsxImportSource preact */
import type { Words } from '../words.ts';
import { Drawing } from './Drawing.tsx';
import type { View } from './view-names.ts';

const DRAWINGS = { home: 'home', rewards: 'gift', friends: 'people', card: 'card' } as const;

interface NavigationProps {
  view: View;
  views: readonly View[];
  words: Words['parts'];
  /** How much waits in a part. */
  waiting: Partial<Record<View, number>>;
}

/** The way between the parts of the page: at the lower edge of a phone, in the head of a wide screen. */
export function Navigation({ view, views, words, waiting }: NavigationProps) {
  if (views.length < 2) return null;
  return (
    <nav class="parts" aria-label={words.label}>
      {views.map((one) => {
        const count = waiting[one] ?? 0;
        return (
          <a key={one} href={`#${one}`} aria-current={one === view ? 'page' : undefined}>
            <span class="parts-sign">
              <Drawing name={DRAWINGS[one]} />
              {count > 0 && (
                <span class="parts-count" aria-hidden="true">
                  {count}
                </span>
              )}
            </span>
            {words[one]}
            {count > 0 && <span class="unseen">{words.waiting(count)}</span>}
          </a>
        );
      })}
    </nav>
  );
}
