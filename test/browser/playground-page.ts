import type { Page } from 'playwright-core';

/** The playground as a user handles it: by its labels. */
export class PlaygroundPage {
  constructor(
    private readonly page: Page,
    private readonly origin: string,
  ) {}

  /** Opens the playground and waits until the editor stands and knows the schema. */
  async open(): Promise<void> {
    await this.page.goto(`${this.origin}/graphql`);
    await this.page.locator('.graphiql-query-editor .view-line').first().waitFor();
    await this.page.waitForLoadState('networkidle');
  }

  /** Chooses in the role switcher by what it shows, for example `Admin`. */
  async actAs(label: string): Promise<void> {
    await this.page.getByLabel('Acting as').selectOption({ label });
  }

  /** Acts as the bearer of this access token. */
  async actWith(token: string): Promise<void> {
    await this.actAs('My own token …');
    await this.page.getByLabel('Access token').fill(token);
  }

  /** Opens one of the first steps by its title, runs it, and gives the server's answer once it is shown on the page. */
  async run<Answer>(title: string): Promise<Answer> {
    await this.page.getByRole('region', { name: 'First steps' }).getByRole('button', { name: title }).click();
    const answered = this.page.waitForResponse(
      (response) => response.request().method() === 'POST' && !isIntrospection(response.request().postData()),
    );
    await this.page.getByRole('button', { name: /Execute query/ }).click();
    const answer = (await (await answered).json()) as Answer;
    await this.shown(/"(data|errors)"/);
    return answer;
  }

  /** Waits until the answer on the page contains this text. */
  async shown(text: RegExp): Promise<void> {
    await this.page.locator('.graphiql-response .view-lines', { hasText: text }).waitFor();
  }
}

function isIntrospection(body: string | null): boolean {
  return body?.includes('__schema') ?? false;
}
