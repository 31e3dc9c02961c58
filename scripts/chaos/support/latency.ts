import type { Subscriber } from './subscriber.ts';
import type { Write } from './writes.ts';

/** A stretch of time, `performance.now()`. */
export interface Stretch {
  from: number;
  to: number;
}

/**
 * How long after the acknowledgement of a write each of its events reached each subscriber, in milliseconds, for writes
 * acknowledged in that stretch. An event that came before its acknowledgement counts as 0.
 */
export function latenciesOf(
  writes: readonly Write[],
  subscribers: readonly Pick<Subscriber, 'received' | 'arrivals'>[],
  { from, to }: Stretch,
): number[] {
  const acknowledgedAt = new Map<string, number>();
  for (const { acknowledged } of writes) {
    if (acknowledged === null || acknowledged.at < from || acknowledged.at > to) continue;
    for (const id of acknowledged.events) acknowledgedAt.set(id, acknowledged.at);
  }
  return subscribers.flatMap(({ received, arrivals }) =>
    received.flatMap((id, place) => {
      const at = acknowledgedAt.get(id);
      return at === undefined ? [] : [Math.max(0, (arrivals[place] ?? 0) - at)];
    }),
  );
}
