/** @jsxImportSource preact */
import { render } from 'preact';
import { languageOf } from '../../shared/language.ts';
import { takeToken } from '../../shared/token.ts';
import { BoardStore } from '../data/store.ts';
import { wishOf } from './address.ts';
import { Page } from './Page.tsx';

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
