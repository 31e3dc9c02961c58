import { connectOrStart, startEmbeddedDatabase } from '../../src/platform/database/embedded.ts';

/**
 * A process of its own around the embedded database, for tests that kill it or run two at once:
 * node embedded-child.ts DIRECTORY server|command. Prints one line of JSON when it is ready, or when it is refused, and
 * stops at the first byte on its standard input.
 */
const [directory = '', kind] = process.argv.slice(2);

function tell(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

try {
  const database =
    kind === 'server'
      ? await startEmbeddedDatabase({ directory, durable: false })
      : await connectOrStart({ directory, durable: false });
  const { stop, ...facts } = database;
  tell(facts);
  process.stdin.once('data', async () => {
    await stop();
    tell({ stopped: true });
    process.exit(0);
  });
} catch (error) {
  tell({ refused: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
