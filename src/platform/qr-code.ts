import qrcode from 'qrcode-generator';

/** A quarter of the picture may be scratched or shone upon: it is read off a telephone's screen. */
const CORRECTION = 'Q';
/** Four light squares around it are what the standard asks for. */
const MARGIN = 4;

/** What a text consists of: digits alone take the smallest picture, capitals and digits the next. */
export type QrMode = 'Numeric' | 'Alphanumeric';

/**
 * Draws a QR code: an SVG without scripts, styles or references, dark on light, as large as its place.
 * @param label what a screen reader calls it, written by Pokal alone: it is put in as it is.
 */
export function drawQr(text: string, mode: QrMode, label: string): string {
  const drawn = qrcode(0, CORRECTION);
  drawn.addData(text, mode);
  drawn.make();
  const count = drawn.getModuleCount();
  const size = count + 2 * MARGIN;
  const indices = Array.from({ length: count }, (_, index) => index);
  const squares = indices.flatMap((row) =>
    indices
      .filter((column) => drawn.isDark(row, column))
      .map((column) => `M${column + MARGIN} ${row + MARGIN}h1v1h-1z`),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#ffffff"/><path d="${squares.join('')}" fill="#000000"/></svg>`;
}
