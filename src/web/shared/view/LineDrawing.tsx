/** @jsxImportSource preact */

interface LineDrawingProps {
  name: string;
  /** Its lines, in a box of 24. */
  path: string;
  /** Used up, or not there yet. */
  faded?: boolean;
}

/** A small sign drawn with lines, beside words that say the same. */
export function LineDrawing({ name, path, faded = false }: LineDrawingProps) {
  return (
    <svg
      class="drawing"
      data-name={name}
      data-faded={faded ? '' : undefined}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={path} />
    </svg>
  );
}
