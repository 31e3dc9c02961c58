/** @jsxImportSource preact */
import { colourOf, initialsOf } from '../../shared/avatars.ts';

/** The first letters of a name on the colour that belongs to it. */
export function Avatar({ name }: { name: string }) {
  return (
    <span class="avatar" style={{ background: colourOf(name) }} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
