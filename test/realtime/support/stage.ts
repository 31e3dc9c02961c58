import type { TestApp } from '../../support/app.ts';

/**
 * What a member's client sends to introduce itself. What happened so far has passed on this node by then: otherwise the
 * enrolment a moment ago could be the first event of a member who follows from now on.
 */
export async function asMember(
  app: Pick<TestApp, 'token'> & Partial<Pick<TestApp, 'settled'>>,
  memberId: string,
): Promise<Record<string, string>> {
  await app.settled?.();
  return { authorization: `Bearer ${await app.token({ role: 'MEMBER', subject: memberId })}` };
}

/** What a client of staff sends to introduce itself. */
export async function asStaff(app: Pick<TestApp, 'token'>): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await app.token({ role: 'STAFF' })}` };
}

/** Looks every 10 ms until the condition holds. @throws Error with `what` after the deadline. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>, deadlineMs = 20_000) {
  const deadline = Date.now() + deadlineMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Runs `work` over and over, about `perSecond` times a second, until it is told to stop; gives everything it came to. */
export function atRate<Result>(perSecond: number, work: () => Promise<Result>) {
  const under: Promise<Result>[] = [];
  let running = true;
  const loop = (async () => {
    const startedAt = performance.now();
    while (running) {
      const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond);
      while (under.length <= due) under.push(work());
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return async (): Promise<Result[]> => {
    running = false;
    await loop;
    return Promise.all(under);
  };
}
