/** True where the guide would cover the editor, so that it waits behind its button and goes away after a choice. */
export function isNarrow(): boolean {
  return window.matchMedia('(max-width: 760px)').matches;
}
