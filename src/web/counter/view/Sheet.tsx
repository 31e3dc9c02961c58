/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface SheetProps {
  class?: string;
  /** The id of the heading inside. */
  labelledBy: string;
  onClose(): void;
  children: ComponentChildren;
}

/** Something on top of the page, open from its first moment; Escape and a tap beside it close it. */
export function Sheet({ class: name = '', labelledBy, onClose, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const cause = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (cause instanceof HTMLElement && cause.isConnected) cause.focus();
    };
  }, []);
  return (
    <dialog
      class={`sheet ${name}`}
      aria-labelledby={labelledBy}
      ref={dialog}
      onCancel={(event) => {
        // The state closes it, so that what is being sent is ended first.
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => event.target === dialog.current && onClose()}
    >
      <div class="sheet-inside">{children}</div>
    </dialog>
  );
}
