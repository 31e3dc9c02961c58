import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';

const PLACES = [
  process.env.CHROME_BIN ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

// Root may not use Chromium's sandbox, and a test browser has nothing to ask of its maker's servers.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const executablePath = PLACES.find((place) => place !== '' && existsSync(place));

/** Like `describe`, for tests that need Chromium: without one they are skipped with a reason, but in CI they fail. */
export function describeInChromium(name: string, tests: () => void): void {
  if (executablePath !== undefined || process.env.CI) {
    describe(name, tests);
    return;
  }
  console.warn(`Skipped "${name}": no Chromium found. Install one (Debian: chromium) or point CHROME_BIN at it.`);
  describe.skip(name, tests);
}

/** Starts the installed Chromium without a window. @param flags besides the usual ones. */
export function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  if (executablePath === undefined) throw new Error('No Chromium found. Install one or point CHROME_BIN at it.');
  return chromium.launch({ executablePath, headless: true, args: [...FLAGS, ...flags] });
}

/** Opens a page of a desktop's size and watches it. */
export async function openPage(browser: Browser, origin: string): Promise<{ page: Page; troubles: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 860 } });
  return { page, troubles: await watchPage(page, origin) };
}

/**
 * Writes down whatever a user should never meet: requests to another origin, violations of the Content-Security-Policy,
 * errors in the console, uncaught exceptions, failed requests. Call it before the page goes anywhere.
 */
export async function watchPage(page: Page, origin: string): Promise<string[]> {
  const troubles: string[] = [];
  // A text, since it runs in the browser: this project's own type check knows no `document`.
  await page.addInitScript(
    `document.addEventListener('securitypolicyviolation', (event) =>
      console.error('Content-Security-Policy: ' + event.violatedDirective + ' ' + event.blockedURI));`,
  );
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    const own = host === new URL(origin).host || protocol === 'data:' || protocol === 'blob:';
    if (!own) troubles.push(`request to another host: ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') troubles.push(`request failed: ${request.url()} ${reason}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`uncaught: ${error.message}`));
  return troubles;
}
