import { readFileSync, writeFileSync } from 'node:fs';
import { type Lock, missingFrom } from './support/lock.ts';

/**
 * `npm run lock`, after every `npm install`: adds to package-lock.json the platform packages that npm left out.
 *
 * npm forgets optional packages of other platforms when it writes a lock from an installed tree, or when the registry in
 * use does not carry them; `npm ci` then refuses the lock ("Missing: … from lock file") on every machine. An entry with
 * name, version, os and cpu is enough: where the platform fits npm fetches it, elsewhere it passes over it.
 */
const FILE = 'package-lock.json';
const lock = JSON.parse(readFileSync(FILE, 'utf8')) as Lock;
const missing = missingFrom(lock);
for (const { place, entry } of missing) lock.packages[place] = entry;
const sorted = Object.entries(lock.packages).sort(([left], [right]) => left.localeCompare(right, 'en'));
lock.packages = Object.fromEntries(sorted);
if (missing.length > 0) writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${missing.length} platform packages were added to ${FILE}.\n`);
