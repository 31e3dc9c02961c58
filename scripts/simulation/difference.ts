import { canonicalJson } from '../../src/platform/canonical.ts';

/** The server and the model disagree. The message says about what, and what each has. */
export class Difference extends Error {
  override readonly name = 'Difference';
}

/** @throws Difference unless both have the same. What is undefined is not there. */
export function agree(what: string, server: unknown, model: unknown): void {
  const [one, other] = [canonicalJson({ has: server }), canonicalJson({ has: model })];
  if (one === other) return;
  throw new Difference(`${what}: the server has ${JSON.stringify(server)}, the model has ${JSON.stringify(model)}`);
}
