/** @jsxImportSource preact */
import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Words } from '../words.ts';

/** A part of the page whose code comes when it is looked at, or when there is time. */
export class LaterPart<Props extends object> {
  /** Null before it has come. */
  part: FunctionComponent<Props> | null = null;
  readonly #load: () => Promise<{ default: FunctionComponent<Props> }>;

  constructor(load: () => Promise<{ default: FunctionComponent<Props> }>) {
    this.#load = load;
  }

  async fetch(): Promise<void> {
    this.part ??= (await this.#load()).default;
  }

  /** Fetches it ahead of time; whoever looks at it asks again. */
  prefetch(): void {
    this.fetch().catch(() => {});
  }
}

interface LaterProps<Props extends object> {
  of: LaterPart<Props>;
  with: Props;
  words: Words;
}

/** Shows a part once its code has come. Without a connection it says so, and a reload tries again. */
export function Later<Props extends object>({ of: later, with: props, words }: LaterProps<Props>) {
  const [, setCome] = useState(false);
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    later.fetch().then(
      () => setCome(true),
      () => setMissing(true),
    );
  }, [later]);
  const { part: Part } = later;
  if (Part !== null) return <Part {...props} />;
  if (!isMissing) return <p class="waiting">{words.loading}</p>;
  return (
    <p class="waiting">
      {words.parts.missing}{' '}
      <button type="button" class="link" onClick={() => location.reload()}>
        {words.parts.reload}
      </button>
    </p>
  );
}
