/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import { bare } from '../token.ts';
import type { TokenWords } from '../words.ts';

interface TokenFormProps {
  words: TokenWords;
  /** The token given last was refused. */
  refused: boolean;
  onToken(token: string): void;
  /** Further buttons. */
  children?: ComponentChildren;
}

/** Asks for an access token. */
export function TokenForm({ words, refused, onToken, children }: TokenFormProps) {
  return (
    <form
      class="token-form"
      onSubmit={(event) => {
        event.preventDefault();
        const token = bare(String(new FormData(event.currentTarget).get('token') ?? ''));
        event.currentTarget.reset();
        if (token !== null) onToken(token);
      }}
    >
      {refused && <p class="refused">{words.refused}</p>}
      <label>
        <span>{words.token}</span>
        <input name="token" type="password" autoComplete="off" spellcheck={false} required />
      </label>
      <div class="token-buttons">
        <button type="submit" class="primary">
          {words.submit}
        </button>
        {children}
      </div>
    </form>
  );
}
