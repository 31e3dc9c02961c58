import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { useEffect, useMemo, useState } from 'react';
import mark from '../shared/pokal.svg';
import { EditorComfort } from './EditorComfort.tsx';
import { createFetcher } from './fetcher.ts';
import { GUIDE } from './Guide.tsx';
import { isNarrow } from './layout.ts';
import { RecordedActivity } from './RecordedActivity.tsx';
import { RoleSwitcher } from './RoleSwitcher.tsx';
import { type Choice, type RoleToken, remember, rememberedChoice } from './roles.ts';
import { freshVariables, STEPS } from './steps.ts';
import { storage } from './storage.ts';

const TABS = STEPS.map((step) => ({ query: step.query, variables: freshVariables(step) }));
const PLUGINS = [GUIDE, HISTORY_PLUGIN];
const INITIAL_PLUGIN = isNarrow() ? {} : { visiblePlugin: GUIDE };

/** The playground: Pokal's header with the role switcher, and below it the editor with its ready tabs. */
export function App({ roles }: { roles: readonly RoleToken[] }) {
  const [choice, setChoice] = useState<Choice>(() => rememberedChoice(roles));
  const [pasted, setPasted] = useState('');
  const token = tokenOf(choice, roles, pasted);
  // A new token makes a new fetcher, and with it the editor asks for the schema again: roles may see different parts.
  const { fetcher, close } = useMemo(() => createFetcher(token), [token]);
  useEffect(() => close, [close]);
  useEffect(() => remember(choice), [choice]);
  return (
    <>
      <header className="top">
        <a className="brand" href="/">
          <img src={mark} alt="" width="26" height="26" />
          <span>Pokal</span>
          <span className="brand-place">Playground</span>
        </a>
        <nav aria-label="Pages">
          <a href="/schema.graphql">Schema</a>
        </nav>
        <RoleSwitcher roles={roles} choice={choice} pasted={pasted} onChoose={setChoice} onPaste={setPasted} />
      </header>
      <main>
        <GraphiQL
          fetcher={fetcher}
          storage={storage}
          defaultTabs={TABS}
          plugins={PLUGINS}
          {...INITIAL_PLUGIN}
          defaultEditorToolsVisibility="variables"
          shouldPersistHeaders={false}
          showPersistHeadersSettings={false}
          schemaDescription
          inputValueDeprecation
          customScalarSchemas={{ JSONObject: { type: 'object' } }}
        >
          <EditorComfort />
          <RecordedActivity />
        </GraphiQL>
      </main>
    </>
  );
}

function tokenOf(choice: Choice, roles: readonly RoleToken[], pasted: string): string | null {
  if (choice.kind === 'role') return roles.find(({ role }) => role === choice.role)?.token ?? null;
  return choice.kind === 'pasted' && pasted !== '' ? pasted : null;
}
