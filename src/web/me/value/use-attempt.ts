import { useRef, useState } from 'preact/hooks';
import { RequestError } from '../../shared/connection/endpoint.ts';
import type { Outcome } from '../data/value.ts';
import type { Redemption, Refusal } from '../data/value-types.ts';

/** How far an attempt to redeem or cancel is. `unanswered`: nobody knows what came of it; trying again does no harm. */
export type Attempt = { is: 'ready' | 'sending' | 'unanswered' } | { is: 'refused'; refusal: Refusal };

/**
 * One thing to be done once. A second tap while the first is on its way does nothing.
 * @param begunUnanswered it was tried before and no answer came
 */
export function useAttempt(
  begunUnanswered: boolean,
  run: () => Promise<Outcome>,
  onDone: (redemption: Redemption) => void,
): [Attempt, () => void] {
  const [attempt, setAttempt] = useState<Attempt>({ is: begunUnanswered ? 'unanswered' : 'ready' });
  const isBusy = useRef(false);
  const begin = async () => {
    if (isBusy.current) return;
    isBusy.current = true;
    setAttempt({ is: 'sending' });
    try {
      const outcome = await run();
      if ('refusal' in outcome) setAttempt({ is: 'refused', refusal: outcome.refusal });
      else {
        setAttempt({ is: 'ready' });
        onDone(outcome.redemption);
      }
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      setAttempt({ is: 'unanswered' });
    } finally {
      isBusy.current = false;
    }
  };
  return [attempt, () => void begin()];
}
