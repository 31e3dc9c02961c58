import { type App, createApp, demoTokens } from './app.ts';
import { ConfigError, loadConfig } from './config.ts';
import { codeOf, DatabaseError, messageOf } from './platform/database/types.ts';

/** Process entry: configuration, server, signals. Exit codes: 0 after a clean stop, 1 when starting or stopping failed. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const app = await createApp(config);
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // A second signal means that someone is in a hurry.
    if (stopping) process.exit(1);
    stopping = true;
    app.log.info({ signal }, 'server.signal');
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        app.log.fatal({ err: error }, 'server.stop-failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.stdout.write(await greeting(app));
}

/** What a newcomer needs first: where things are, and in a demo the tokens to try them with. */
async function greeting({ url, core, config }: App): Promise<string> {
  const tokens = config.demo ? await demoTokens(core) : [];
  const lines = tokens.map(({ label, token }) => `    ${label}\n    ${token}\n\n`);
  const demo =
    lines.length === 0
      ? ''
      : `\n  Tokens for trying it, valid for 12 hours (authorization: Bearer …)\n\n${lines.join('')}`;
  return `
  Pokal is ready.

    Live leaderboard        ${url}/
    Member page             ${url}/me
    Counter for staff       ${url}/counter
    Start page              ${url}/start
    GraphQL and playground  ${url}/graphql
    Schema                  ${url}/schema.graphql
    Health and metrics      ${url}/readyz  ${url}/metrics
${demo}
`;
}

function explain(error: unknown): string {
  if (error instanceof DatabaseError) return `The server could not start: ${error.message}\n`;
  if (codeOf(error) === 'EADDRINUSE') {
    return `The server could not start: ${messageOf(error)}. Stop what uses the port, or choose another with PORT.\n`;
  }
  if (error instanceof ConfigError) return `The configuration cannot be used:\n${error.message}\n`;
  return `The server could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}

try {
  await main();
} catch (error) {
  process.stderr.write(explain(error));
  process.exit(1);
}
