/** @jsxImportSource preact */
import { render } from 'preact';
import { languageOf } from '../../shared/language.ts';
import { BoardStore } from '../data/store.ts';
import { Board } from '../view/Board.tsx';
import styles from '../view/board.css?inline';
import hostStyles from './host.css?inline';

const PLACES = 10;
const MOST_PLACES = 100;

/** One sheet for all elements of a page. Made by script, it needs no permission for inline styles. */
let sheet: CSSStyleSheet | null = null;

/**
 * `<pokal-leaderboard board="monthly-points" src="https://club.example" first="10" lang="sv" theme="auto">`: a live
 * leaderboard for any page. Every attribute may be left out; changing one takes effect at once. A member's own place is
 * shown when a script gives the property `token` an access token, which is kept in no attribute.
 */
export class PokalLeaderboard extends HTMLElement {
  static readonly observedAttributes = ['board', 'src', 'first', 'lang', 'ticker'];
  /** Where the script came from: the server to ask when there is no `src`. */
  static home: string = location.origin;
  #store: BoardStore | null = null;
  #token: string | null = null;
  #due = false;

  /** The access token of the member who looks, or null. */
  get token(): string | null {
    return this.#token;
  }

  set token(token: string | null) {
    this.#token = token;
    this.#store?.signIn(token);
  }

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sharedSheet()];
    this.#takeEarlyToken();
    this.#begin();
  }

  disconnectedCallback(): void {
    this.#store?.stop();
    this.#store = null;
    if (this.shadowRoot !== null) render(null, this.shadowRoot);
  }

  attributeChangedCallback(): void {
    if (this.#store === null || this.#due) return;
    // Several attributes are often set one after the other.
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      if (this.isConnected) this.#begin();
    });
  }

  /** A page may give the token before this script has come; it then lies on the element itself and hides the accessor. */
  #takeEarlyToken(): void {
    if (!Object.hasOwn(this, 'token')) return;
    const early: unknown = Reflect.get(this, 'token');
    Reflect.deleteProperty(this, 'token');
    if (typeof early === 'string') this.#token = early;
  }

  #begin(): void {
    this.#store?.stop();
    const first = Number(this.getAttribute('first') ?? PLACES);
    const isUsable = Number.isInteger(first) && first >= 1 && first <= MOST_PLACES;
    const store = new BoardStore({
      source: new URL(this.getAttribute('src') ?? PokalLeaderboard.home, document.baseURI).href,
      board: this.getAttribute('board'),
      first: isUsable ? first : PLACES,
      token: this.#token,
      awards: this.hasAttribute('ticker'),
    });
    this.#store = store;
    store.start();
    const language = languageOf([this.getAttribute('lang'), document.documentElement.lang, ...navigator.languages]);
    const board = <Board store={store} language={language} variant="embed" ticker={this.hasAttribute('ticker')} />;
    if (this.shadowRoot !== null) render(board, this.shadowRoot);
  }
}

function sharedSheet(): CSSStyleSheet {
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(styles + hostStyles);
  }
  return sheet;
}
