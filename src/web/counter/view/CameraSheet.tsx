/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CameraTrouble } from '../camera/watch.ts';
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
    let [isOver, stop] = [false, () => {}];
    // Most counters have a scanner: what works a camera is fetched by those that use one.
    void import('../camera/watch.ts').then(({ watchCamera }) => {
      if (isOver || picture.current === null) return;
      stop = watchCamera(picture.current, { read: (text) => counter.scanned(text), trouble: setTrouble });
    });
    return () => {
      isOver = true;
      stop();
    };
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
