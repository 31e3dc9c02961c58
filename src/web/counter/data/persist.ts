import { backoffMs } from '../../shared/connection/backoff.ts';
import { RequestError } from '../../shared/connection/endpoint.ts';

/** No answer, or one that says: later. The same request may be sent again; what changes something carries a key. */
const PASSING = new Set(['UNREACHABLE', 'SERVICE_UNAVAILABLE']);

/** What the counter gave up by itself, because somebody said so. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

interface PersistOptions {
  /** Ends the waiting; the request itself may have been heard. */
  signal: AbortSignal;
  /** Told when there was no answer and it is tried again. */
  waiting(): void;
}

/**
 * Asks until there is an answer: through a restart of the server, and for as long as the network is away. Waits a little
 * longer each time, and tries at once when the browser says that the network is back.
 * @throws RequestError for an answer that asking again will not change, and GivenUp when it was ended.
 */
export async function persist<Answer>(ask: () => Promise<Answer>, options: PersistOptions): Promise<Answer> {
  const ended = endOf(options.signal);
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await Promise.race([ask(), ended]);
    } catch (error) {
      if (!(error instanceof RequestError) || !PASSING.has(error.code)) throw error;
      options.waiting();
      await Promise.race([pause(backoffMs(attempt)), ended]);
    }
  }
}

/** Rejects when the signal does; what nobody waits for is no uncaught error. */
function endOf(signal: AbortSignal): Promise<never> {
  const ended = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(new GivenUp());
    signal.addEventListener('abort', () => reject(new GivenUp()), { once: true });
  });
  ended.catch(() => {});
  return ended;
}

/** Waits, not longer than until the network is back. */
function pause(waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener('online', go);
      resolve();
    };
    const timer = setTimeout(go, waitMs);
    addEventListener('online', go);
  });
}
