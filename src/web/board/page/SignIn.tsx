/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks';
import { TokenForm } from '../../shared/view/TokenForm.tsx';
import type { Words } from '../words.ts';

interface SignInProps {
  words: Words['signIn'];
  /** The token given last was refused. */
  refused: boolean;
  onToken(token: string): void;
}

/** A button that opens a dialog for the access token; in a demo also with a member to look as. */
export function SignIn({ words, refused, onToken }: SignInProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (refused) setOpen(true);
  }, [refused]);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  return (
    <>
      <button type="button" class="link" onClick={() => setOpen(true)}>
        {words.open}
      </button>
      <dialog ref={dialog} class="sign-in" aria-labelledby="sign-in-title" onClose={() => setOpen(false)}>
        <h2 id="sign-in-title">{words.title}</h2>
        <p>{words.text}</p>
        {/* It asks for demo tokens, which nobody needs who does not sign in. */}
        {isOpen && (
          <TokenForm
            words={words}
            refused={refused}
            onToken={(token) => {
              dialog.current?.close();
              onToken(token);
            }}
          >
            <button type="button" onClick={() => dialog.current?.close()}>
              {words.cancel}
            </button>
          </TokenForm>
        )}
      </dialog>
    </>
  );
}
