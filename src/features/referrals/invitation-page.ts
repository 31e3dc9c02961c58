import { createHash } from 'node:crypto';
import { escaped } from '../../api/html.ts';

/** What the landing page of a referral link shows. */
export interface Invitation {
  language: 'sv' | 'en';
  programName: string;
  /** Null for a member who does not want to be named. */
  referrerName: string | null;
  code: string;
  /** Points for the new member; 0 is none. */
  welcomePoints: number;
  /** Where to join, with the code in it; null when the shop has said nowhere. */
  joinUrl: string | null;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #17211c; --soft: #55635b; --paper: #f4f6f3; --card: #fff; --line: #d9e0da; --good: #17633f; --on: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #eef3ef; --soft: #a5b3aa; --paper: #111714; --card: #1a231e; --line: #2d3a33; --good: #7ad3a3; --on: #10201a; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 1.05rem/1.5 system-ui, sans-serif; }
main { width: min(100%, 27rem); padding: 2rem 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem; text-align: center; overflow-wrap: anywhere; }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; line-height: 1.2; }
p { margin: .5rem 0; }
.soft { color: var(--soft); }
.code { display: inline-block; margin: .5rem 0; padding: .4rem 1rem; border: 2px dashed var(--line); border-radius: .5rem; font: 600 1.3rem/1.2 ui-monospace, monospace; letter-spacing: .08em; }
.join { display: inline-block; margin-top: 1rem; padding: .75rem 1.75rem; border-radius: 2rem; background: var(--good); color: var(--on); font-weight: 600; text-decoration: none; }
.join:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px; }
`;

/** What the page needs of a content security policy: its one style by its hash. No scripts, no pictures, no forms. */
export const INVITATION_POLICY: readonly string[] = [
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
];

const WORDS = {
  sv: {
    title: (club: string) => `Välkommen till ${club}`,
    greeting: (name: string | null, club: string) =>
      name === null ? `Någon vill ha med dig i ${club}.` : `${name} vill ha med dig i ${club}.`,
    welcome: (points: number) => `När du har kommit igång får du ${points} poäng.`,
    code: 'Din kod',
    join: 'Gå med',
    nowhere: 'Uppge koden när du blir medlem.',
  },
  en: {
    title: (club: string) => `Welcome to ${club}`,
    greeting: (name: string | null, club: string) =>
      name === null ? `Somebody would like you to join ${club}.` : `${name} would like you to join ${club}.`,
    welcome: (points: number) => `Once you have got going, you get ${points} points.`,
    code: 'Your code',
    join: 'Join',
    nowhere: 'Give this code when you become a member.',
  },
} as const;

/** The page behind a referral link. It stores nothing and runs nothing. */
export function invitationPage(invitation: Invitation): string {
  const { language, programName, referrerName, code, welcomePoints, joinUrl } = invitation;
  const words = WORDS[language];
  const title = escaped(words.title(programName));
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${escaped(words.greeting(referrerName, programName))}</p>
${welcomePoints === 0 ? '' : `<p>${words.welcome(welcomePoints)}</p>`}
<p class="soft">${words.code}</p>
<p class="code">${escaped(code)}</p>
${joinUrl === null ? `<p class="soft">${words.nowhere}</p>` : `<p><a class="join" href="${escaped(joinUrl)}">${words.join}</a></p>`}
</main>
</body>
</html>
`;
}
