/** @jsxImportSource preact */
import { colourOf, initialsOf } from '../../shared/avatars.ts';
import { HIDDEN_NAME } from '../../shared/names.ts';

/** A member's initials on the colour of their name; a silhouette for those who are not named. */
export function Avatar({ name }: { name: string }) {
  if (name === HIDDEN_NAME) {
    return (
      <span class="avatar avatar-hidden" aria-hidden="true">
        <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
          <path d="M12 12.500a4.300 4.300 0 1 0 0-8.600 4.300 4.300 0 0 0 0 8.600Zm0 1.800c-4.400 0-8 2.400-8 5.400V21h16v-1.300c0-3-3.600-5.400-8-5.400Z" />
        </svg>
      </span>
    );
  }
  return (
    <span class="avatar" aria-hidden="true" style={{ background: colourOf(name) }}>
      {initialsOf(name)}
    </span>
  );
}
