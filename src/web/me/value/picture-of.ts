/** An SVG as the address of a picture: nothing in it can run there. */
export function pictureOf(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
