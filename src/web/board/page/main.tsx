/** @jsxImportSource preact */
import { render } from 'preact';
import { BoardStore } from '../data/store.ts';
import { languageOf } from '../words.ts';
import { wishOf } from './address.ts';
import { Page } from './Page.tsx';
import { takeToken } from './token.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place for the board.');

const token = takeToken();
const wish = wishOf(location.search);
const { board, season, first } = wish;
const store = new BoardStore({ source: location.origin, board, season, first, token, awards: true });
store.start();
render(
  <Page
    store={store}
    wish={wish}
    language={languageOf([wish.language, ...navigator.languages])}
    signedIn={token !== null}
  />,
  root,
);
