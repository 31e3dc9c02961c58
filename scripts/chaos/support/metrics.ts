const PLAIN = /^(\w+) (\S+)$/gm;

/** What a server says at `/metrics`, by name; figures with labels are left out. */
export async function metricsOf(url: string): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}/metrics`);
  const text = await response.text();
  return new Map([...text.matchAll(PLAIN)].map(([, name = '', value]) => [name, Number(value)]));
}
