import { openReader } from './reader.ts';

/** Why there is no picture: the words for each are the counter's. */
export type CameraTrouble = 'insecure' | 'denied' | 'none';

/** Between two looks; a hand does not move faster. */
const LOOK_EVERY_MS = 100;

interface WatchEvents {
  read(text: string): void;
  trouble(trouble: CameraTrouble): void;
}

/** Shows what the camera sees and looks for a code in it, until the returned function is called. */
export function watchCamera(picture: HTMLVideoElement, events: WatchEvents): () => void {
  let isOver = false;
  let stream: MediaStream | null = null;
  const begin = async () => {
    // The reader is fetched while the camera starts.
    const [read, opened] = await Promise.all([openReader(), openCamera()]);
    stream = opened;
    if (isOver) return stop();
    picture.srcObject = opened;
    await picture.play();
    while (!isOver) {
      const text = picture.videoWidth > 0 ? await read(picture).catch(() => null) : null;
      if (text !== null && text !== '' && !isOver) {
        stop();
        events.read(text);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
  const stop = () => {
    isOver = true;
    for (const track of stream?.getTracks() ?? []) track.stop();
  };
  begin().catch((error: unknown) => {
    if (!isOver) events.trouble(troubleOf(error));
    stop();
  });
  return stop;
}

/** The camera on the back where there are two: the customer's telephone lies in front of it. */
async function openCamera(): Promise<MediaStream> {
  if (navigator.mediaDevices === undefined) throw new DOMException('No camera without https.', 'SecurityError');
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'environment', width: 1280 } });
}

function troubleOf(error: unknown): CameraTrouble {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'SecurityError') return 'insecure';
  return name === 'NotAllowedError' ? 'denied' : 'none';
}
