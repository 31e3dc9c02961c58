const DURATION = /^(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;

/** Reads single settings from an environment and collects what is wrong with them instead of stopping at the first. */
export class Settings {
  readonly problems: string[] = [];

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** True when the variable is set to something. */
  given(name: string): boolean {
    return this.text(name) !== null;
  }

  /** The trimmed text, or null when unset or empty. */
  text(name: string): string | null {
    const value = this.env[name]?.trim();
    return value === undefined || value === '' ? null : value;
  }

  /** A text of at least that many bytes; the value never appears in a problem. */
  secret(name: string, minimumBytes: number): string | null {
    const value = this.text(name);
    if (value !== null && Buffer.byteLength(value) < minimumBytes) {
      this.problems.push(
        `${name} is too short: it needs at least ${minimumBytes} bytes, for example from \`openssl rand -base64 48\`.`,
      );
    }
    return value;
  }

  integer(name: string, fallback: number, minimum: number, maximum: number): number {
    const text = this.text(name);
    if (text === null) return fallback;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    this.problems.push(`${name} must be a whole number from ${minimum} to ${maximum}, not "${text}".`);
    return fallback;
  }

  flag(name: string, fallback: boolean): boolean {
    const text = this.text(name)?.toLowerCase() ?? null;
    if (text === null) return fallback;
    if (['on', 'true', '1', 'yes'].includes(text)) return true;
    if (['off', 'false', '0', 'no'].includes(text)) return false;
    this.problems.push(`${name} must be on or off, not "${text}".`);
    return fallback;
  }

  choice<Value extends string>(name: string, values: readonly Value[], fallback: Value): Value {
    const text = this.text(name);
    if (text === null) return fallback;
    const chosen = values.find((value) => value === text.toLowerCase());
    if (chosen !== undefined) return chosen;
    this.problems.push(`${name} must be one of ${values.join(', ')}, not "${text}".`);
    return fallback;
  }

  /** A URL with one of the protocols. A database URL holds a password, so problems do not quote it. */
  url(name: string, protocols: readonly string[]): string | null {
    const text = this.text(name);
    if (text === null) return null;
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
    this.problems.push(
      `${name} must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`,
    );
    return null;
  }

  /** Comma-separated texts. */
  list(name: string): readonly string[] {
    const texts = (this.text(name) ?? '').split(',').map((part) => part.trim());
    return Object.freeze(texts.filter((part) => part !== ''));
  }

  /** Comma-separated origins, exactly as browsers send them: scheme, host and port, nothing else. */
  origins(name: string): readonly string[] {
    const origins = this.list(name);
    for (const origin of origins) {
      if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
      this.problems.push(
        `${name}: "${origin}" is not an origin; write it like https://club.example, without a path or slash.`,
      );
    }
    return origins;
  }

  /** An ISO 8601 duration of days, hours, minutes and seconds, possibly negative, in milliseconds. */
  durationMs(name: string, fallbackMs: number): number {
    const text = this.text(name);
    if (text === null) return fallbackMs;
    const match = DURATION.exec(text);
    if (match === null || !/\d/.test(text)) {
      this.problems.push(`${name} must be an ISO 8601 duration such as P30D or PT15M, not "${text}".`);
      return fallbackMs;
    }
    const [days, hours, minutes, seconds] = [2, 3, 4, 5].map((index) => Number(match[index] ?? '0'));
    const total = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
    return Math.round((match[1] === '-' ? -total : total) * 1_000);
  }
}
