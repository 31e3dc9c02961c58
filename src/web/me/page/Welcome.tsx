/** @jsxImportSource preact */
import { TokenForm } from '../../shared/view/TokenForm.tsx';
import { useDemoMember } from '../../shared/view/use-demo-member.ts';
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
      <DemoEntry words={words} onToken={onToken} />
      <section class="card" aria-labelledby="way-in">
        <h2 class="card-title" id="way-in">
          {words.shop.title}
        </h2>
        <p>{words.shop.text}</p>
        <details class="more" open={state.tokenRefused}>
          <summary>{words.paste}</summary>
          <p class="quiet">
            {words.handover} <code>/me#token=…</code>
          </p>
          <TokenForm words={words} refused={state.tokenRefused} onToken={onToken} />
        </details>
      </section>
    </div>
  );
}

/** In a demo, a member to look as. */
function DemoEntry({ words, onToken }: Pick<WelcomeProps, 'words' | 'onToken'>) {
  const demo = useDemoMember();
  if (demo === null) return null;
  return (
    <section class="card demo" aria-labelledby="demo">
      <h2 class="card-title" id="demo">
        {words.demo.title}
      </h2>
      <p>{words.demo.text}</p>
      <button type="button" class="button" onClick={() => onToken(demo.token)}>
        {words.as(demo.name)}
      </button>
    </section>
  );
}
