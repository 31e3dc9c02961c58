import { useEffect } from 'preact/hooks';

/** A scanner types faster than any hand, and ends with Enter. */
const PAUSE_MS = 120;
const FEWEST_CHARACTERS = 4;

/**
 * Lets a handheld scanner, which types like a keyboard, work wherever the focus is. On the page what is typed goes into the
 * field; while something lies on top it is gathered, so that its Enter presses no button there.
 * @param focusField gives the field the focus.
 */
export function useScanner(focusField: () => void, onScan: (text: string) => void): void {
  useEffect(() => {
    let [gathered, lastAt] = ['', 0];
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isEditable(event.target)) return;
      if (document.querySelector('dialog[open]') === null) {
        // The space bar and Enter press the button that has the focus.
        if (event.key.length === 1 && event.key !== ' ') focusField();
        return;
      }
      if (event.timeStamp - lastAt > PAUSE_MS) gathered = '';
      lastAt = event.timeStamp;
      if (event.key.length === 1) gathered += event.key;
      if (event.key !== 'Enter' || gathered.length < FEWEST_CHARACTERS) return;
      event.preventDefault();
      event.stopPropagation();
      onScan(gathered);
      gathered = '';
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, [focusField, onScan]);
}

function isEditable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select');
}
