import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a command left behind. */
export interface Finished {
  /** Null when a signal ended it. */
  code: number | null;
  /** Standard output. */
  out: string;
  /** Standard error. */
  err: string;
}

/** A command that may still be running. */
export interface Started {
  finished: Promise<Finished>;
  kill(signal: NodeJS.Signals): void;
}

const secret = 'a secret that only the tests of the commands know';

/** The commands, compiled like a release into a directory of their own, so that tests run what people run. */
export class Commands {
  private constructor(private readonly directory: string) {}

  /** Compiles everything; about 1.5 s. Type errors are another test's business. */
  static async build(): Promise<Commands> {
    const root = process.cwd();
    const directory = await mkdtemp(join(root, 'node_modules', '.cache-commands-'));
    // Below node_modules, files are CommonJS unless a package.json beside them says otherwise.
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }\n');
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = ['-p', join(root, 'tsconfig.json'), '--outDir', directory, '--incremental', 'false'];
    options.push('--tsBuildInfoFile', 'null', '--sourceMap', 'false');
    await promisify(execFile)(process.execPath, [compiler, ...options]).catch(() => undefined);
    return new Commands(directory);
  }

  /** Starts a command with these variables on top of an environment that names no database. */
  start(name: string, parameters: readonly string[], variables: Record<string, string>): Started {
    const { PATH = '' } = process.env;
    const common = { PATH, NODE_ENV: 'test', POKAL_JWT_SECRET: secret, POKAL_DATA_DIR: this.directory };
    // Sixty starts of the same modules: compiled once, each takes half the time.
    const env = { ...common, NODE_COMPILE_CACHE: join(this.directory, 'compiled'), ...variables };
    const script = join(this.directory, 'scripts', `${name}.js`);
    const child = spawn(process.execPath, [script, ...parameters], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const finished = new Promise<Finished>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out, err }));
    });
    return { finished, kill: (signal) => void child.kill(signal) };
  }

  run(name: string, parameters: readonly string[], variables: Record<string, string>): Promise<Finished> {
    return this.start(name, parameters, variables).finished;
  }

  /** The secret that the commands sign tokens with. */
  get secret(): string {
    return secret;
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }
}
