/** The other side of `Child`: what a program of the benchmark says to the process that started it. */

/** Says that this program is ready; `url` is where it listens, null when it only takes orders. */
export function ready(url: string | null): void {
  // A benchmark that was killed must leave nothing behind.
  process.on('disconnect', () => process.exit(0));
  process.send?.({ url });
}

/** Answers every order with what `work` makes of it; a failure is told and ends nothing. */
export function onOrder<Order>(work: (order: Order) => Promise<object>): void {
  process.on('message', (order) => {
    work(order as Order).then(
      (answer) => process.send?.(answer),
      (error: unknown) => process.send?.({ fault: error instanceof Error ? error.message : String(error) }),
    );
  });
}

/** The value of an environment variable that the benchmark always gives. */
export function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: the benchmark starts this program itself.`);
  return value;
}
