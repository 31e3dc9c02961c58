/** @jsxImportSource preact */
import type { Job } from '../data/state.ts';
import type { Formats } from '../formats.ts';
import { Button } from './Button.tsx';
import { Sign } from './Sign.tsx';

interface JobLineProps {
  job: Job;
  formats: Formats;
  onStop(): void;
}

/** What became of something that was asked of the server, when it is not simply done. */
export function JobLine({ job, formats, onStop }: JobLineProps) {
  const { words } = formats;
  if (job.is === 'FAILED') return <TroubleLine text={formats.trouble(job.trouble)} />;
  if (job.is !== 'BUSY' || !job.isRetrying) return null;
  return (
    <div class="job" role="status">
      <span class="turning" aria-hidden="true" />
      <p>{words.retrying}</p>
      <Button look="quiet" onPress={onStop}>
        {words.stop}
      </Button>
    </div>
  );
}

/** What went wrong and what to do next, told at once. */
export function TroubleLine({ text }: { text: string }) {
  return (
    <p class="trouble" role="alert">
      <Sign name="warning" />
      <span>{text}</span>
    </p>
  );
}
