import { PokalLeaderboard } from './element.tsx';

const script = document.currentScript;
if (script instanceof HTMLScriptElement && script.src !== '') PokalLeaderboard.home = new URL(script.src).origin;
// A page may load the script twice.
if (customElements.get('pokal-leaderboard') === undefined) customElements.define('pokal-leaderboard', PokalLeaderboard);
