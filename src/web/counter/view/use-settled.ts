import { useEffect, useState } from 'preact/hooks';

/** The second tap of a double tap comes within this time. */
const DOUBLE_TAP_MS = 450;

/**
 * False for a moment after something has come up under the finger, so that the second tap of a double tap does not press
 * what was not there at the first.
 * @param scene changes when something else comes up.
 */
export function useSettled(scene: string): boolean {
  const [settled, setSettled] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(scene), DOUBLE_TAP_MS);
    return () => clearTimeout(timer);
  }, [scene]);
  return settled === scene;
}
