import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { isNarrow } from './layout.ts';
import { freshVariables, STEPS, type Step } from './steps.ts';

/** The panel "First steps" at the editor's side: every ready tab with what it is for. */
export const GUIDE: GraphiQLPlugin = { title: 'First steps', icon: GuideIcon, content: Guide };

function Guide() {
  const open = useOpenStep();
  const activeOperation = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.operationName ?? null);
  return (
    <section className="guide" aria-labelledby="guide-title">
      <h2 id="guide-title">First steps</h2>
      <p>
        {STEPS.length} operations that build on each other. Choose who you are at the top, open a step, and press ▶ to
        run it.
      </p>
      <ol>
        {STEPS.map((step) => (
          <li key={step.operationName}>
            <button
              type="button"
              aria-current={step.operationName === activeOperation ? 'step' : undefined}
              onClick={() => open(step)}
            >
              <strong>{step.title}</strong>
              <small>{step.role}</small>
              <span>{step.purpose}</span>
            </button>
          </li>
        ))}
      </ol>
      <p>
        Every type and field is explained under <em>Docs</em>, the book icon. Or read{' '}
        <a href="/schema.graphql">the whole schema</a>.
      </p>
    </section>
  );
}

/** Gives a function that goes to the step's tab, or opens it anew when it was closed. */
function useOpenStep(): (step: Step) => void {
  const { addTab, changeTab, setVisiblePlugin } = useGraphiQLActions();
  const { tabs, activeTabIndex, queryEditor, variableEditor } = useGraphiQL((state) => ({
    tabs: state.tabs,
    activeTabIndex: state.activeTabIndex,
    queryEditor: state.queryEditor,
    variableEditor: state.variableEditor,
  }));
  return (step) => {
    if (isNarrow()) setVisiblePlugin(null);
    const index = tabs.findIndex((tab) => tab.operationName === step.operationName);
    // Going to the tab that is open already would throw away what was typed in the last tenths of a second.
    if (index >= 0 && index === activeTabIndex) return;
    if (index >= 0) return changeTab(index);
    addTab();
    queryEditor?.setValue(step.query);
    variableEditor?.setValue(freshVariables(step));
  };
}

function GuideIcon() {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M10 6h10M10 12h10M10 18h10M3.500 6.200l1.200 1.200 2.300-2.600M3.500 12.200l1.200 1.200 2.300-2.600M3.500 18.200l1.200 1.200 2.300-2.600" />
    </svg>
  );
}
