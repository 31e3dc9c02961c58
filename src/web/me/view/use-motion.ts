import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

const GLIDE_MS = 1_100;

/** True when the visitor asked for less motion. */
export function prefersStillness(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/**
 * A number that glides to its new value; at once for visitors who prefer less motion, and the first time.
 * @param scale what the number is measured by; on another scale it is another number, and nothing has moved
 */
export function useGliding(value: number, scale = 1): number {
  const [shown, setShown] = useState(value);
  const from = useRef({ value, scale });
  from.current.value = shown;
  useEffect(() => {
    const start = from.current.value;
    const isOther = from.current.scale !== scale;
    from.current.scale = scale;
    if (start === value || isOther || prefersStillness()) {
      setShown(value);
      return undefined;
    }
    const startedAt = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const share = Math.min(1, (now - startedAt) / GLIDE_MS);
      // Slow at the end, so that the eye can follow to where it stops.
      setShown(share === 1 ? value : start + (value - start) * (1 - (1 - share) ** 3));
      if (share < 1) frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [value, scale]);
  return shown;
}

/** The width of an element, kept up to date; 0 before it is known. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const measured = element.current;
    if (measured === null) return undefined;
    setWidth(measured.clientWidth);
    const observer = new ResizeObserver(() => setWidth(measured.clientWidth));
    observer.observe(measured);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
