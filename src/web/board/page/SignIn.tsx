/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks';
import { TokenForm } from '../../shared/view/TokenForm.tsx';
import { useDemoMember } from '../../shared/view/use-demo-member.ts';
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
  const close = () => dialog.current?.close();
  useEffect(() => {
    if (refused) setOpen(true);
  }, [refused]);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  const give = (token: string) => {
    close();
    onToken(token);
  };
  return (
    <>
      <button type="button" class="link" onClick={() => setOpen(true)}>
        {words.open}
      </button>
      <dialog ref={dialog} class="sign-in" aria-labelledby="sign-in-title" onClose={() => setOpen(false)}>
        <h2 id="sign-in-title">{words.title}</h2>
        <p>{words.text}</p>
        {/* It asks for a demo member, whom nobody needs who does not sign in. */}
        {isOpen && <Form words={words} refused={refused} onToken={give} onCancel={close} />}
      </dialog>
    </>
  );
}

function Form({ words, refused, onToken, onCancel }: SignInProps & { onCancel(): void }) {
  const demo = useDemoMember();
  return (
    <TokenForm words={words} refused={refused} onToken={onToken}>
      <button type="button" onClick={onCancel}>
        {words.cancel}
      </button>
      {demo !== null && (
        <button type="button" class="link" onClick={() => onToken(demo.token)}>
          {words.as(demo.name)}
        </button>
      )}
    </TokenForm>
  );
}
