/** @jsxImportSource preact */
import { LineDrawing } from '../../shared/view/LineDrawing.tsx';

/** Small signs, drawn as lines in a box of 24. */
const DRAWINGS = {
  check: 'm5 12.5 4.5 4.5L19 7.5',
  fire: 'M12 2.5c.8 4 6 6.2 6 12a6 6 0 0 1-12 0c0-2.5 1-4 2.2-5.3.3 1.6 1 2.5 2 3C10 9 10.5 5.5 12 2.5Z',
  snow: 'M12 2.5v19M3.8 7.2l16.4 9.6M20.2 7.2 3.8 16.8M9.5 4 12 6.5 14.5 4M9.5 20l2.5-2.5 2.5 2.5',
  clock: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 7.5V12l3 2',
  coin: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 8l1.3 2.7 2.9.4-2.1 2 .5 2.9-2.6-1.4L9.4 16l.5-2.9-2.1-2 2.9-.4Z',
  people:
    'M8.5 4.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM2.5 19.5c0-4 2.4-6.5 6-6.5s6 2.5 6 6.5M15.5 5a2.7 2.7 0 0 1 0 5.3M17 13.3c2.8.5 4.5 2.8 4.5 6.2',
  again: 'M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4.5V9H15',
  flag: 'M6 21.5V3M6 4h12l-3 4 3 4H6',
  warning: 'M12 4 2.5 20h19ZM12 10v4.5M12 17v.5',
  lock: 'M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  cup: 'M7 4h10v5.5a5 5 0 0 1-10 0ZM7 6H3.5c0 3.2 1.2 4.8 3.6 5M17 6h3.5c0 3.2-1.2 4.8-3.6 5M12 14.5v3.5M8 20.5h8M9.5 18h5',
  home: 'M3.5 11.5 12 4l8.5 7.5M6 9.5V20h4.5v-5.5h3V20H18V9.5',
  gift: 'M4 11.5h16V20H4ZM3 8h18v3.5H3ZM12 8v12M12 8C9 8 7 7 7 5.3S9.5 3 12 8c2.5-5 5-4.4 5-2.7S15 8 12 8',
  card: 'M3 6h18v12.5H3ZM3 10.5h18M6.5 15h4',
  ticket: 'M3.5 7h17v3.2a1.8 1.8 0 0 0 0 3.6V17h-17v-3.2a1.8 1.8 0 0 0 0-3.6ZM14.5 7v10',
} as const;

interface DrawingProps {
  name: keyof typeof DRAWINGS;
  /** Used up, or not there yet. */
  faded?: boolean;
}

/** A small sign beside words that say the same. */
export function Drawing({ name, faded = false }: DrawingProps) {
  return <LineDrawing name={name} path={DRAWINGS[name]} faded={faded} />;
}
