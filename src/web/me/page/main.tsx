/** @jsxImportSource preact */
import { render } from 'preact';
import { languageOf } from '../../shared/language.ts';
import { takeToken } from '../../shared/token.ts';
import { MeStore } from '../data/store.ts';
import { Page } from './Page.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place for the member.');

const store = new MeStore(location.origin);
store.signIn(takeToken());
// A shop that leads here again, with another token, meets a page that is open already: only the fragment changes.
addEventListener('hashchange', () => location.hash.startsWith('#token=') && store.signIn(takeToken()));
const wished = new URLSearchParams(location.search).get('lang');
render(<Page store={store} language={languageOf([wished, ...navigator.languages])} />, root);
