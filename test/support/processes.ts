import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Scenario } from '../../scripts/chaos/scenarios/index.ts';

/** The server, compiled like a release into a directory of its own, to be run in processes of its own. */
export class CompiledServer {
  /** The entry: `node main.js` starts a server. */
  readonly main: string;
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
    this.main = join(directory, 'src', 'main.js');
  }

  /** Compiles it; about 1.5 s. Type errors are another test's business. */
  static async build(): Promise<CompiledServer> {
    const root = process.cwd();
    const directory = await mkdtemp(join(root, 'node_modules', '.cache-server-'));
    // Below node_modules, files are CommonJS unless a package.json beside them says otherwise.
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }\n');
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = ['-p', join(root, 'tsconfig.build.json'), '--outDir', directory, '--incremental', 'false'];
    options.push('--tsBuildInfoFile', 'null', '--sourceMap', 'false');
    await promisify(execFile)(process.execPath, [compiler, ...options]).catch(() => undefined);
    return new CompiledServer(directory);
  }

  /** Six starts of the same modules: compiled once, each takes half the time. */
  get environment(): Record<string, string> {
    return { NODE_COMPILE_CACHE: join(this.#directory, 'compiled') };
  }

  remove(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true });
  }
}

/** What a fault test expects to be left with: its seed, for repeating it, and nothing broken. */
export interface Survival {
  seed: string;
  violations: string[];
}

/**
 * Runs the short form of a fault test: one round, under a gentle load. Each run has another seed, which `npm run chaos`
 * repeats. Times may be three times as long as promised, because other tests compete for the machine.
 */
export async function survive(scenario: Scenario, { main, environment }: CompiledServer): Promise<Survival> {
  const seed = randomBytes(4).toString('hex');
  // Named like the run's own directory, so that the next run clears up after one that was killed.
  const directory = await mkdtemp(join(tmpdir(), `pokal-test-${process.pid}-`));
  await chmod(directory, 0o755);
  const load = { rounds: 1, rate: 60, subscribers: 30, stalled: 20, seconds: 4, freezeSeconds: 2, slack: 3 };
  try {
    const findings = await scenario.run({ ...load, seed, main, environment, directory });
    process.stderr.write(`${scenario.title} (seed ${seed})\n${findings.lines().join('\n')}\n`);
    return { seed, violations: findings.violations };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
