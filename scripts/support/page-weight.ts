import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** The size of a file as a browser loads it, in bytes, compressed. */
export async function weigh(file: string): Promise<number> {
  return gzipSync(await readFile(file)).length;
}

/**
 * What a browser loads before a built page works, in bytes, compressed: the HTML, and every script and style sheet that
 * it names or that one of those scripts imports. What is fetched only when it is needed does not count.
 * @param directory where the built pages lie.
 */
export async function weighPage(directory: string, page: string): Promise<number> {
  const files = new Set([page]);
  for (const file of files) {
    const text = await readFile(join(directory, file), 'utf8');
    for (const [, name] of text.matchAll(/(?<!\bimport\()["'`](?:\.|\/assets)\/([\w.-]+\.(?:js|css))["'`]/g))
      files.add(`assets/${name}`);
  }
  const sizes = await Promise.all([...files].map((file) => weigh(join(directory, file))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
