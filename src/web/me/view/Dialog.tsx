/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface DialogProps {
  class: string;
  /** The id of the heading inside. */
  labelledBy: string;
  onClose(): void;
  children: ComponentChildren;
}

/** A dialog over the page, open from its first moment; Escape closes it and the focus goes back to where it was. */
export function Dialog({ class: name, labelledBy, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const cause = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (cause instanceof HTMLElement && cause.isConnected) cause.focus();
    };
  }, []);
  return (
    <dialog class={`dialog ${name}`} aria-labelledby={labelledBy} ref={dialog} onClose={onClose}>
      {children}
    </dialog>
  );
}
