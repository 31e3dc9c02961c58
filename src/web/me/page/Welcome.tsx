/** @jsxImportSource preact */
import { offersDemo } from '../../shared/demo.ts';
import { TokenForm } from '../../shared/view/TokenForm.tsx';
import type { MeState } from '../data/state.ts';
import { Drawing } from '../view/Drawing.tsx';
import type { Words } from '../words.ts';

interface WelcomeProps {
  state: MeState;
  words: Words['signIn'];
  loading: string;
  onToken(token: string): void;
}

/** What stands where the member's page will be: the way in, or a word of patience. */
export function Welcome({ state, words, loading, onToken }: WelcomeProps) {
  if (state.signedIn && !state.isNoMember) return <p class="waiting">{loading}</p>;
  const { title, text } = state.isNoMember ? words.notMember : words;
  return (
    <div class="welcome">
      <Drawing name="flag" />
      <h1>{title}</h1>
      <p class="lead">{text}</p>
      <div class="card">
        <h2 class="card-title">{words.shop.title}</h2>
        <p>{words.shop.text}</p>
        <details class="more" open={state.tokenRefused || offersDemo()}>
          <summary>{words.paste}</summary>
          <TokenForm words={words} refused={state.tokenRefused} onToken={onToken} />
        </details>
      </div>
    </div>
  );
}
