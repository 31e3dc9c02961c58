/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type CameraTrouble, watchCamera } from '../camera/watch.ts';
import type { Counter } from '../data/counter.ts';
import type { Formats } from '../formats.ts';
import { Button } from './Button.tsx';
import { TroubleLine } from './JobLine.tsx';
import { Sheet } from './Sheet.tsx';

/** The camera's picture until it shows a code. Nothing of it leaves the device. */
export function CameraSheet({ counter, formats }: { counter: Counter; formats: Formats }) {
  const { camera: words } = formats.words;
  const picture = useRef<HTMLVideoElement>(null);
  const [isSeen, setSeen] = useState(false);
  const [trouble, setTrouble] = useState<CameraTrouble | null>(null);
  useEffect(() => {
    if (picture.current === null) return undefined;
    return watchCamera(picture.current, { read: (text) => counter.scanned(text), trouble: setTrouble });
  }, [counter]);
  return (
    <Sheet class="camera" labelledBy="camera" onClose={() => counter.closeSheet()}>
      <h2 class="sheet-title" id="camera">
        {words.title}
      </h2>
      <p>{trouble === null ? words.text : null}</p>
      {trouble === null ? (
        <div class="viewfinder" data-seen={isSeen ? '' : undefined}>
          <video ref={picture} muted playsInline onPlaying={() => setSeen(true)} />
          {!isSeen && <p class="quiet">{words.starting}</p>}
        </div>
      ) : (
        <TroubleLine text={words[trouble]} />
      )}
      <div class="sheet-buttons">
        <Button class="large" focused onPress={() => counter.closeSheet()}>
          {words.close}
        </Button>
      </div>
    </Sheet>
  );
}
