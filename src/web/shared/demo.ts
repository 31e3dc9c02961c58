export interface DemoMember {
  name: string;
  token: string;
}

interface Tokens {
  roles: { role: string; label: string; token: string }[];
}

/** True where there is a demo member to look as; every real installation says in the page that it has none. */
export function offersDemo(): boolean {
  return document.querySelector<HTMLMetaElement>('meta[name="pokal-demo-tokens"]')?.content === 'offered';
}

/** A member of the demo club to look as; null on every real installation. */
export async function demoMember(): Promise<DemoMember | null> {
  const member = await demoRole('MEMBER');
  return member === null ? null : { name: member.label.replace(/^Member /, ''), token: member.token };
}

/** The demo's token of a role; null on every real installation. */
export async function demoRole(role: 'STAFF' | 'MEMBER'): Promise<Tokens['roles'][number] | null> {
  if (!offersDemo()) return null;
  try {
    const response = await fetch('/playground/tokens', { headers: { accept: 'application/json' } });
    const { roles } = (await response.json()) as Tokens;
    return roles.find((one) => one.role === role) ?? null;
  } catch {
    return null;
  }
}
