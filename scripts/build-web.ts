/**
 * Builds the web pages into dist/web, unless what lies there was built from exactly these sources.
 * Usage: node scripts/build-web.ts [--force], from the project's directory.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { weigh, weighPage } from './support/page-weight.ts';

const SOURCES = 'src/web';
/** What pages take from elsewhere. */
const BORROWED = ['src/rules/codes.ts', 'package-lock.json'];
const OUTPUT = 'dist/web';
/** The file in the output that holds the fingerprint of its sources. */
const STAMP = '.built-from';
/** Text that a browser loads; smaller files gain nothing from compression. */
const COMPRESSIBLE = /\.(js|css|svg|ttf)$/;
const COMPRESS_FROM_BYTES = 1024;

const compress = promisify(gzip);

/**
 * A hash over the name and content of every source, of what pages borrow and of the lock file, which settles what the
 * bundler takes from node_modules. Contents and not times, because a fresh checkout and a restored cache make times meaningless.
 */
async function fingerprint(): Promise<string> {
  const entries = await readdir(SOURCES, { recursive: true, withFileTypes: true });
  const sources = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of [...sources.sort(), ...BORROWED]) hash.update(`${file}\0`).update(await readFile(file));
  return hash.digest('hex');
}

/** Puts a gzipped copy beside every asset, for the server to send to browsers that take it. */
async function compressAssets(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => COMPRESSIBLE.test(name));
  await Promise.all(
    names.map(async (name) => {
      const content = await readFile(join(directory, name));
      if (content.length >= COMPRESS_FROM_BYTES)
        await writeFile(join(directory, `${name}.gz`), await compress(content));
    }),
  );
}

/** What a browser loads, compressed, for the live page, the member page, the counter and the custom element. */
async function describeSizes(directory: string): Promise<string> {
  const page = await weighPage(directory, 'index.html');
  const me = await weighPage(directory, 'me.html');
  const counter = await weighPage(directory, 'counter.html');
  const embed = await weigh(join(directory, 'embed', 'pokal-leaderboard.js'));
  const sizes = { 'live page': page, 'member page': me, counter, 'custom element': embed };
  const told = Object.entries(sizes).map(([name, bytes]) => `the ${name} ${kilobytes(bytes)}`);
  return `Compressed: ${told.join(', ')}.`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}

async function isBuiltFrom(wanted: string): Promise<boolean> {
  return (await readFile(join(OUTPUT, STAMP), 'utf8').catch(() => '')) === wanted;
}

/** Moves the finished build into place. Two builds at once (two test files, say) both end with a whole directory. */
async function moveIntoPlace(built: string, wanted: string): Promise<void> {
  const old = `${built}-old`;
  await rename(OUTPUT, old).catch(() => undefined);
  await rename(built, OUTPUT).catch(async (error: unknown) => {
    if (!(await isBuiltFrom(wanted))) throw error;
  });
  await Promise.all([old, built].map((directory) => rm(directory, { recursive: true, force: true })));
}

async function run(): Promise<void> {
  const startedAt = performance.now();
  const wanted = await fingerprint();
  if ((await isBuiltFrom(wanted)) && !process.argv.includes('--force')) return;
  // Built beside its place, so that a running server never meets half a build.
  const staging = resolve(`${OUTPUT}-${process.pid}`);
  const { build } = await import('vite');
  await build({ configFile: join(SOURCES, 'vite.config.ts'), logLevel: 'warn', build: { outDir: staging } });
  const embed = { outDir: join(staging, 'embed') };
  await build({ configFile: join(SOURCES, 'embed.config.ts'), logLevel: 'warn', build: embed });
  await Promise.all(['assets', 'embed'].map((directory) => compressAssets(join(staging, directory))));
  await writeFile(join(staging, STAMP), wanted);
  const sizes = await describeSizes(staging);
  await moveIntoPlace(staging, wanted);
  console.log(`Built the web pages in ${((performance.now() - startedAt) / 1000).toFixed(1)} s. ${sizes}`);
}

await run();
