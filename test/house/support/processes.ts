import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Runs an installed tool with this Node.js, as its users run it, in the given directory.
 * @throws Error with all it printed when its exit code is not 0.
 */
export async function runNode(script: string, args: readonly string[], directory: string): Promise<{ output: string }> {
  // Not jest's own NODE_OPTIONS, and no colours to look for words between.
  const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' };
  const child = spawn(process.execPath, [resolve(script), ...args], { cwd: directory, env });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((done, reject) => {
    child.on('error', reject);
    child.on('close', done);
  });
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${output}`);
  return { output };
}

/** Lends a new directory outside the repository, and removes it afterwards. */
export async function withDirectory<Result>(
  name: string,
  use: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), `pokal-${name}-`));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
