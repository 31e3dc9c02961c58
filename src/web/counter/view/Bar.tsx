/** @jsxImportSource preact */

interface BarProps {
  /** What is on its way, for those who do not see it. */
  label: string;
  percent: number;
  /** Beside it. */
  text: string;
}

/** How far something is. */
export function Bar({ label, percent, text }: BarProps) {
  return (
    <>
      <progress class="unseen" aria-label={label} max={100} value={percent}>
        {text}
      </progress>
      <span class="bar" aria-hidden="true">
        <span class="bar-done" style={{ width: `${Math.min(100, percent)}%` }} />
      </span>
    </>
  );
}
