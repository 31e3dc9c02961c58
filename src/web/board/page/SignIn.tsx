/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Words } from '../words.ts';
import { type DemoMember, demoMember } from './demo.ts';
import { bare } from './token.ts';

interface SignInProps {
  words: Words['signIn'];
  /** The token given last was refused. */
  refused: boolean;
  onToken(token: string): void;
}

/** A button that opens a dialog for the access token; in a demo also with a member to look as. */
export function SignIn({ words, refused, onToken }: SignInProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [demo, setDemo] = useState<DemoMember | null>(null);
  const open = () => {
    dialog.current?.showModal();
    void demoMember().then(setDemo);
  };
  const give = (token: string | null) => {
    if (token === null) return;
    dialog.current?.close();
    onToken(token);
  };
  useEffect(() => {
    if (refused) dialog.current?.showModal();
  }, [refused]);
  return (
    <>
      <button type="button" class="link" onClick={open}>
        {words.open}
      </button>
      <dialog ref={dialog} class="sign-in" aria-labelledby="sign-in-title">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            give(bare(String(new FormData(event.currentTarget).get('token') ?? '')));
            event.currentTarget.reset();
          }}
        >
          <h2 id="sign-in-title">{words.title}</h2>
          <p>{words.text}</p>
          {refused && <p class="refused">{words.refused}</p>}
          <label>
            <span>{words.token}</span>
            <input name="token" type="password" autoComplete="off" spellcheck={false} required />
          </label>
          <div class="sign-in-buttons">
            <button type="submit" class="primary">
              {words.submit}
            </button>
            <button type="button" onClick={() => dialog.current?.close()}>
              {words.cancel}
            </button>
            {demo !== null && (
              <button type="button" class="link" onClick={() => give(demo.token)}>
                {words.as(demo.name)}
              </button>
            )}
          </div>
        </form>
      </dialog>
    </>
  );
}
