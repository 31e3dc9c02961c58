const [WIDTH, HEIGHT] = [640, 480];
/** How large one square of the code is in the picture. */
const SCALE = 10;
const [LIGHT, DARK, NO_COLOUR] = [225, 35, 128];

/**
 * What a camera sees that looks at one of Pokal's QR codes, for a browser whose camera is a file (YUV4MPEG2, one picture).
 * @param svg as the API gives it.
 */
export function cameraFilm(svg: string): Buffer {
  const size = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
  const [left, top] = [WIDTH, HEIGHT].map((side) => Math.floor((side - size * SCALE) / 2)) as [number, number];
  const brightness = Buffer.alloc(WIDTH * HEIGHT, LIGHT);
  for (const [, x, y] of svg.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let row = 0; row < SCALE; row += 1) {
      const from = (top + Number(y) * SCALE + row) * WIDTH + left + Number(x) * SCALE;
      brightness.fill(DARK, from, from + SCALE);
    }
  }
  const colours = Buffer.alloc((WIDTH * HEIGHT) / 2, NO_COLOUR);
  const head = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from('FRAME\n'), brightness, colours]);
}
