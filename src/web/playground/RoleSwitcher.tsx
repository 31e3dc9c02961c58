import type { ChangeEvent } from 'react';
import type { Choice, RoleToken } from './roles.ts';

interface RoleSwitcherProps {
  roles: readonly RoleToken[];
  choice: Choice;
  pasted: string;
  onChoose(choice: Choice): void;
  onPaste(token: string): void;
}

const ANONYMOUS = '';
const PASTED = ' pasted';

/** Chooses whose eyes the playground looks through: one of the demo roles, nobody, or the bearer of a pasted token. */
export function RoleSwitcher({ roles, choice, pasted, onChoose, onPaste }: RoleSwitcherProps) {
  const value = choice.kind === 'role' ? choice.role : choice.kind === 'pasted' ? PASTED : ANONYMOUS;
  function choose(event: ChangeEvent<HTMLSelectElement>) {
    onChoose(choiceOf(event.target.value));
  }
  return (
    <form className="role-switcher" onSubmit={(event) => event.preventDefault()}>
      <label htmlFor="role">Acting as</label>
      <select id="role" value={value} onChange={choose}>
        <option value={ANONYMOUS}>Anonymous</option>
        {roles.map(({ role, label }) => (
          <option key={role} value={role}>
            {label}
          </option>
        ))}
        <option value={PASTED}>My own token …</option>
      </select>
      {choice.kind === 'pasted' && (
        <input
          type="password"
          aria-label="Access token"
          placeholder="Paste an access token"
          title="Kept until this page is reloaded, and stored nowhere. Make one with: npm run token -- --role admin"
          autoComplete="off"
          spellCheck={false}
          value={pasted}
          onChange={(event) => onPaste(withoutScheme(event.target.value))}
        />
      )}
    </form>
  );
}

function choiceOf(value: string): Choice {
  if (value === ANONYMOUS) return { kind: 'anonymous' };
  return value === PASTED ? { kind: 'pasted' } : { kind: 'role', role: value };
}

/** People often copy the whole header; only the token itself is wanted. */
function withoutScheme(text: string): string {
  return text.trim().replace(/^(authorization:\s*)?bearer\s+/i, '');
}
