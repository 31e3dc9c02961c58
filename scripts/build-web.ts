/**
 * Builds the web pages into dist/web, unless what lies there was built from exactly these sources.
 * Usage: node scripts/build-web.ts [--force], from the project's directory.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const SOURCES = 'src/web';
const OUTPUT = 'dist/web';
/** Holds the fingerprint of the sources; written last, so that an interrupted build counts as none. */
const STAMP = join(OUTPUT, '.built-from');
/** Text that a browser loads; smaller files gain nothing from compression. */
const COMPRESSIBLE = /\.(js|css|svg|ttf)$/;
const COMPRESS_FROM_BYTES = 1024;

const compress = promisify(gzip);

/**
 * A hash over the name and content of every source and of the lock file, which settles what the bundler takes from
 * node_modules. Contents and not times, because a fresh checkout and a restored cache make times meaningless.
 */
async function fingerprint(): Promise<string> {
  const entries = await readdir(SOURCES, { recursive: true, withFileTypes: true });
  const sources = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of [...sources.sort(), 'package-lock.json']) hash.update(`${file}\0`).update(await readFile(file));
  return hash.digest('hex');
}

/** Puts a gzipped copy beside every asset, for the server to send to browsers that take it. */
async function compressAssets(): Promise<void> {
  const directory = join(OUTPUT, 'assets');
  const names = (await readdir(directory)).filter((name) => COMPRESSIBLE.test(name));
  await Promise.all(
    names.map(async (name) => {
      const content = await readFile(join(directory, name));
      if (content.length >= COMPRESS_FROM_BYTES)
        await writeFile(join(directory, `${name}.gz`), await compress(content));
    }),
  );
}

async function run(): Promise<void> {
  const startedAt = performance.now();
  const wanted = await fingerprint();
  const present = existsSync(STAMP) ? await readFile(STAMP, 'utf8') : '';
  if (present === wanted && !process.argv.includes('--force')) return;
  const { build } = await import('vite');
  await build({ configFile: join(SOURCES, 'vite.config.ts'), logLevel: 'warn' });
  await compressAssets();
  await writeFile(STAMP, wanted);
  console.log(`Built the web pages in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
}

await run();
