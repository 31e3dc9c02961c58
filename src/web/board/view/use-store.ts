import { useEffect, useState } from 'preact/hooks';
import type { BoardState } from '../data/state.ts';
import type { BoardStore } from '../data/store.ts';

/** The store's state of this moment; the component is drawn again when it changes. */
export function useStore(store: BoardStore): BoardState {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    setState(store.state);
    return store.subscribe(() => setState(store.state));
  }, [store]);
  return state;
}

/** The present, epoch milliseconds, kept fresh to about `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
