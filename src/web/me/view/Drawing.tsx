/** @jsxImportSource preact */

/** Small signs, drawn as lines in a box of 24. */
const DRAWINGS = {
  check: 'm5 12.500 4.500 4.500L19 7.500',
  fire: 'M12 2.500c.8 4 6 6.200 6 12a6 6 0 0 1-12 0c0-2.500 1-4 2.200-5.300.3 1.600 1 2.500 2 3C10 9 10.500 5.500 12 2.500Z',
  snow: 'M12 2.500v19M3.800 7.200l16.400 9.600M20.200 7.200 3.800 16.800M9.500 4 12 6.500 14.500 4M9.500 20l2.500-2.500 2.500 2.500',
  clock: 'M12 3.500a8.500 8.500 0 1 1 0 17 8.500 8.500 0 0 1 0-17ZM12 7.500V12l3 2',
  coin: 'M12 3.500a8.500 8.500 0 1 1 0 17 8.500 8.500 0 0 1 0-17ZM12 8l1.300 2.700 2.900.4-2.100 2 .5 2.900-2.600-1.400L9.400 16l.5-2.900-2.100-2 2.900-.4Z',
  people:
    'M8.500 4.500a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM2.500 19.500c0-4 2.400-6.500 6-6.500s6 2.500 6 6.500M15.500 5a2.700 2.700 0 0 1 0 5.300M17 13.300c2.800.5 4.500 2.800 4.500 6.200',
  again: 'M19.500 12a7.500 7.500 0 1 1-2.200-5.300L19.500 9M19.500 4.500V9H15',
  flag: 'M6 21.500V3M6 4h12l-3 4 3 4H6',
  warning: 'M12 4 2.500 20h19ZM12 10v4.500M12 17v.5',
  lock: 'M6 11h12v9H6ZM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  cup: 'M7 4h10v5.500a5 5 0 0 1-10 0ZM7 6H3.500c0 3.200 1.200 4.800 3.600 5M17 6h3.500c0 3.200-1.200 4.800-3.600 5M12 14.500v3.500M8 20.500h8M9.500 18h5',
} as const;

interface DrawingProps {
  name: keyof typeof DRAWINGS;
  /** Used up, or not there yet. */
  faded?: boolean;
}

/** A small sign beside words that say the same. */
export function Drawing({ name, faded = false }: DrawingProps) {
  return (
    <svg
      class="drawing"
      data-name={name}
      data-faded={faded ? '' : undefined}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={DRAWINGS[name]} />
    </svg>
  );
}
