/** A demo access token, as `GET /playground/tokens` hands them out where demo data is running. */
export interface RoleToken {
  role: string;
  label: string;
  token: string;
}

/** What the switcher stands on: nobody, one of the server's demo roles, or a token that was pasted. */
export type Choice = { kind: 'anonymous' } | { kind: 'role'; role: string } | { kind: 'pasted' };

const REMEMBERED = 'pokal:playground:role';

/** Asks the server for its demo tokens. Gives an empty list where there are none, which is every real installation. */
export async function loadRoles(): Promise<RoleToken[]> {
  const announced = document.querySelector<HTMLMetaElement>('meta[name="pokal-demo-tokens"]')?.content;
  // A server without demo tokens says so in the page, so that no request has to fail.
  if (announced === 'none') return [];
  const response = await fetch('/playground/tokens', { headers: { accept: 'application/json' } });
  if (!response.ok) return [];
  const body = (await response.json()) as { roles: RoleToken[] };
  return body.roles;
}

/** The choice of this browser tab: a role's name or nothing. A token itself is never stored. */
export function rememberedChoice(roles: readonly RoleToken[]): Choice {
  const role = sessionStorage.getItem(REMEMBERED);
  return roles.some((one) => one.role === role) && role !== null ? { kind: 'role', role } : { kind: 'anonymous' };
}

/** Remembers the role for this browser tab until it is closed. */
export function remember(choice: Choice): void {
  if (choice.kind === 'role') sessionStorage.setItem(REMEMBERED, choice.role);
  else sessionStorage.removeItem(REMEMBERED);
}
