import { createHash } from 'node:crypto';
import { escaped } from '../../api/html.ts';
import type { PublicAward } from './open-badges.service.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #17211c; --soft: #55635b; --paper: #f4f6f3; --card: #fff; --line: #d9e0da; --good: #17633f; --bad: #a3271b; }
@media (prefers-color-scheme: dark) { :root { --ink: #eef3ef; --soft: #a5b3aa; --paper: #111714; --card: #1a231e; --line: #2d3a33; --good: #7ad3a3; --bad: #ff9d90; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: min(100%, 27rem); padding: 2rem 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem; text-align: center; overflow-wrap: anywhere; }
img { width: 10rem; height: 10rem; object-fit: contain; }
h1 { margin: 1rem 0 .25rem; font-size: 1.6rem; line-height: 1.2; }
p { margin: .25rem 0; }
.status { display: inline-block; margin: 1rem 0 0; padding: .25rem .85rem; border: 2px solid currentColor; border-radius: 2rem; font-weight: 600; }
.valid { color: var(--good); }
.revoked { color: var(--bad); }
dl { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1rem; margin: 1.5rem 0 0; padding-top: 1.25rem; border-top: 1px solid var(--line); text-align: left; }
dt { color: var(--soft); }
dd { margin: 0; }
`;

/** What the page needs of a content security policy: its one style by its hash, and pictures. No scripts. */
export const AWARD_PAGE_POLICY: readonly string[] = [
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "img-src 'self' https:",
];

/** The page that tells whoever was sent its address whether an award holds. */
export function awardPage({ award, badge, programName, holder }: PublicAward): string {
  const isRevoked = award.revokedAt !== null;
  const picture = badge.imageUrl ?? `/badges/${badge.code}.svg`;
  const facts: [string, string][] = [
    ['Awarded to', holder === null ? 'A member who is not named here' : escaped(holder)],
    ['Awarded on', timeOf(award.awardedAt)],
    ...(award.revokedAt === null ? [] : ([['Revoked on', timeOf(award.revokedAt)]] as [string, string][])),
    ['Issued by', escaped(programName)],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(badge.name)}: ${escaped(programName)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<img src="${escaped(picture)}" alt="" width="160" height="160">
<h1>${escaped(badge.name)}</h1>
<p>${escaped(badge.description)}</p>
<p class="status ${isRevoked ? 'revoked' : 'valid'}">${isRevoked ? 'Revoked: this award no longer holds' : 'Valid award'}</p>
<dl>
${facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('\n')}
</dl>
</main>
</body>
</html>
`;
}

function timeOf(atMs: number): string {
  const day = new Date(atMs).toISOString().slice(0, 10);
  return `<time datetime="${day}">${day}</time>`;
}
