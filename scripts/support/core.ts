import { destination } from 'pino';
import { type Core, openCore } from '../../src/core.ts';
import { createLog } from '../../src/platform/log.ts';
import { Interrupted } from './command.ts';
import { logLevel, readSettings } from './settings.ts';

/**
 * Opens the database with all services on it, runs `action` and closes everything again. The first Ctrl-C or SIGTERM
 * aborts the signal, at which the action ends in good order; a second one ends the process at once.
 * @throws Interrupted when the action ended because of that.
 */
export async function withCore<Result>(action: (core: Core, signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    const log = createLog(logLevel(), destination({ dest: 2, sync: true }));
    const core = await openCore({ config: readSettings(), owner: 'command', log });
    try {
      const result = await action(core, controller.signal);
      if (controller.signal.aborted) throw new Interrupted('Interrupted. Run the same command again to go on.');
      return result;
    } finally {
      await core.close();
    }
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
