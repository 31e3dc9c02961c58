import { execFileSync } from 'node:child_process';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** One paragraph about where the figures come from. */
export function machine(): string {
  const processors = cpus();
  const lines = [
    `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${gigabytes(totalmem())} memory`,
    `${platform()} ${release()} ${arch()}, Node.js ${process.version}, ${revision()}`,
    `load average when it began: ${loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')}`,
  ];
  return lines.join('\n');
}

/** The command as it was typed, without the paths of this machine. */
export function command(): string {
  return `npm run bench -- ${process.argv.slice(2).join(' ')}`.trimEnd();
}

function gigabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 30)} GB`;
}

function revision(): string {
  try {
    return `revision ${execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()}`;
  } catch {
    return 'revision unknown';
  }
}
