/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface ButtonProps {
  /** `gold` is what one came for, `plain` the other way, `quiet` hardly a button, `grave` takes something away. */
  look?: 'gold' | 'plain' | 'quiet' | 'grave';
  /** It is seen and can be found, but does nothing just now. */
  isOff?: boolean;
  /** It has the focus from the first. */
  focused?: boolean;
  class?: string;
  submits?: boolean;
  onPress?(): void;
  children: ComponentChildren;
}

/** A button that keeps the focus when it is off, so that nobody is thrown out of where they are. */
export function Button({
  look = 'plain',
  isOff = false,
  focused = false,
  class: name = '',
  submits = false,
  onPress,
  children,
}: ButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focused) button.current?.focus();
  }, [focused]);
  return (
    <button
      type={submits ? 'submit' : 'button'}
      class={`button ${name}`}
      data-look={look}
      aria-disabled={isOff ? true : undefined}
      ref={button}
      onClick={(event) => {
        if (isOff) event.preventDefault();
        else onPress?.();
      }}
    >
      {children}
    </button>
  );
}
