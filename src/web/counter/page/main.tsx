/** @jsxImportSource preact */
import { render } from 'preact';
import { languageOf } from '../../shared/language.ts';
import { takeToken } from '../../shared/token.ts';
import { Counter } from '../data/counter.ts';
import { loadWords } from '../words.ts';
import { Page } from './Page.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place for the counter.');

const counter = new Counter(location.origin);
const open = () => void counter.signIn(takeToken('pokal:staff-token'));
open();
// Whoever is led here again, with another token, meets a page that is open already: only the fragment changes.
addEventListener('hashchange', () => location.hash.startsWith('#token=') && open());
const wished = new URLSearchParams(location.search).get('lang');
const language = languageOf([wished, ...navigator.languages]);
render(<Page counter={counter} speech={{ language, words: await loadWords(language) }} />, root);
