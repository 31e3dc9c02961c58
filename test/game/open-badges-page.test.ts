import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BadgesStage } from './badges-stage.ts';
import { type Credential, DID, Issuing, PUBLIC_URL, walletSchema } from './open-badges-stage.ts';

let stage: Issuing;

beforeAll(async () => {
  stage = await Issuing.open();
});

afterAll(() => stage.badges.shop.close());

describe('the page of an award', () => {
  test('shows browsers the badge and that it holds, without any script and under a policy that allows none', async () => {
    const answer = await stage.ask(stage.pathOf('olga'), 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('vary')).toBe('accept');
    const page = await answer.text();
    expect(page).toContain('<h1>Walker &lt;b&gt;&amp;&lt;/b&gt; &quot;more&quot;</h1>');
    expect(page).toContain('Valid award');
    expect(page).toContain('Olga Open');
    expect(page).not.toContain('<script');
    const policy = answer.headers.get('content-security-policy') ?? '';
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "img-src 'self' https:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('names members as they want to be known, unless they have shared it', async () => {
    const page = async (path: string) => (await stage.ask(path, 'text/html')).text();
    expect(await page(stage.pathOf('anna'))).toContain('<dd>&lt;script&gt;alert(1)&lt;/script&gt;</dd>');
    const hidden = await page(stage.pathOf('hanna'));
    expect(hidden).toContain('A member who is not named here');
    expect(hidden).not.toMatch(/Hanna|Never Shown/);
    const { shareUrl } = await stage.exported(stage.awards.hanna ?? '', stage.as('hanna'));
    const shared = new URL(shareUrl ?? '');
    expect(shared.origin).toBe(PUBLIC_URL);
    expect(await page(`${shared.pathname}${shared.search}`)).toContain('Hanna Hidden');
    // What was shared of one award shows no other, and nothing can be guessed.
    expect(await page(`${stage.pathOf('anna')}${shared.search}`)).not.toContain('Anna Alias');
    expect(await page(`${stage.pathOf('hanna')}?shared=${'A'.repeat(32)}`)).not.toContain('Hanna');
    expect(await page(`${stage.pathOf('hanna')}?shared=&shared=x`)).not.toContain('Hanna');
  });

  test.each(['application/ld+json', 'application/json', '*/*'])(
    'is JSON-LD without a recipient for %s',
    async (accept) => {
      const answer = await stage.ask(stage.pathOf('olga'), accept);
      expect(answer.headers.get('content-type')).toBe('application/ld+json; charset=utf-8');
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      const credential = (await answer.json()) as Credential;
      expect(credential.id).toBe(`${PUBLIC_URL}${stage.pathOf('olga')}`);
      expect(credential.credentialSubject).not.toHaveProperty('identifier');
      expect(walletSchema.safeParse(credential).success).toBe(true);
    },
  );

  test('says everywhere that an award is revoked, and not why', async () => {
    const kim = await stage.badges.shop.enrol({ displayName: 'Kim' });
    await stage.badges.save({ code: 'helper', name: 'Helper' });
    const { award } = await stage.badges.award(kim, 'helper');
    const path = `/badges/awards/${award?.id}`;
    const statusOf = async () => (await stage.ask(`${path}/status`, 'application/json')).json();
    const id = `${PUBLIC_URL}${path}`;
    expect(await statusOf()).toEqual({ id: `${id}/status`, issuer: DID, revokedCredential: [] });
    await stage.badges.revoke(award?.id ?? '', 'A private matter');
    expect(await statusOf()).toEqual({ id: `${id}/status`, issuer: DID, revokedCredential: [{ id, revoked: true }] });
    const page = await (await stage.ask(path, 'text/html')).text();
    expect(page).toContain('Revoked');
    expect(page).not.toContain('Valid award');
    const gone = await stage.ask(path, 'application/json');
    expect(gone.status).toBe(410);
    const text = await gone.text();
    expect(JSON.parse(text)).toMatchObject({ id, revoked: true });
    expect(page + text).not.toContain('private matter');
    expect(await stage.exported(award?.id ?? '', stage.badges.member(kim))).toMatchObject({ credential: null });
  });

  test.each(['', '/status'])('is not there for what is no award (%s)', async (end) => {
    for (const id of ['nobody', '01a200c8-febd-756b-a6f4-02eee5f108cb', '%00']) {
      expect((await stage.ask(`/badges/awards/${id}${end}`, 'text/html')).status).toBe(404);
    }
  });

  test('is counted against the allowance of the address', async () => {
    const rateLimits = {
      memberPerMinute: 12,
      privilegedPerMinute: 0,
      addressPerMinute: 0,
      failedCredentialsPerMinute: 0,
    };
    const limited = await BadgesStage.open({ config: { rateLimits } });
    const answers = [];
    for (let time = 0; time < 3; time += 1) answers.push(await fetch(`${limited.shop.app.url}/badges/walker.svg`));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    await limited.shop.close();
  });
});

describe('without an issuer', () => {
  test('there are badges, but no credentials and nothing that would verify them', async () => {
    const plain = await BadgesStage.open();
    await plain.save({});
    const kim = await plain.shop.enrol();
    const { award } = await plain.award(kim);
    const document = 'query ($id: ID!) { node(id: $id) { ... on BadgeAward { credential verificationUrl shareUrl } } }';
    const { node } = await plain.member(kim).data<{ node: object }>(document, { id: award?.id });
    expect(node).toEqual({ credential: null, verificationUrl: null, shareUrl: null });
    for (const path of ['/.well-known/did.json', '/.well-known/jwks.json', `/badges/awards/${award?.id}`]) {
      expect((await fetch(`${plain.shop.app.url}${path}`)).status).toBe(404);
    }
    await plain.shop.close();
  });
});
