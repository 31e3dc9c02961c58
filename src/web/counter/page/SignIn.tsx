/** @jsxImportSource preact */
import { useEffect, useState } from 'preact/hooks';
import { demoRole } from '../../shared/demo.ts';
import { TokenForm } from '../../shared/view/TokenForm.tsx';
import type { CounterState } from '../data/state.ts';
import type { Formats } from '../formats.ts';
import { Button } from '../view/Button.tsx';
import { Sign } from '../view/Sign.tsx';

interface SignInProps {
  state: CounterState;
  formats: Formats;
  onToken(token: string): void;
}

/** Who stands behind the counter shows it with a token. */
export function SignIn({ state, formats, onToken }: SignInProps) {
  const { signIn: words, find } = formats.words;
  const isAsking = state.access === 'ASKING';
  const isRetrying = state.serving.is === 'BUSY' && state.serving.isRetrying;
  return (
    <div class="welcome">
      <span class="welcome-sign">
        <Sign name="camera" />
      </span>
      <h1>{words.title}</h1>
      <p class="lead">{words.text}</p>
      {isAsking && <p role="status">{isRetrying ? find.retrying : words.checking}</p>}
      {!isAsking && <DemoEntry words={words} onToken={onToken} />}
      <section class="card" hidden={isAsking}>
        <p>{words.paste}</p>
        <p class="quiet">
          {words.handover} <code>/counter#token=…</code>
        </p>
        <TokenForm
          words={{ ...words, refused: refusalOf(state, formats) }}
          refused={state.refused !== null}
          onToken={onToken}
        />
      </section>
    </div>
  );
}

function refusalOf({ refused }: CounterState, { words: { signIn } }: Formats): string {
  if (refused === 'MEMBER') return signIn.notStaff;
  return refused === 'SERVICE' ? signIn.notForSystems : signIn.refused;
}

/** In a demo, the staff's token is there for everybody. */
function DemoEntry({ words, onToken }: { words: Formats['words']['signIn']; onToken(token: string): void }) {
  const [token, setToken] = useState<string | null>(null);
  useEffect(() => void demoRole('STAFF').then((staff) => setToken(staff?.token ?? null)), []);
  if (token === null) return null;
  return (
    <section class="card demo">
      <p>{words.demoText}</p>
      <Button look="gold" class="large" onPress={() => onToken(token)}>
        {words.demo}
      </Button>
    </section>
  );
}
