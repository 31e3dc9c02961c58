import { useGraphiQL } from '@graphiql/react';
import { useEffect, useRef } from 'react';
import { RECORDED } from './steps.ts';

/**
 * Shows nothing; puts the id of the activity that was recorded last into the variables of a tab that asks for it, once
 * somebody comes to that tab. One GraphQL operation cannot use the answer of another, and nobody should copy ids by hand.
 */
export function RecordedActivity() {
  const { tabs, activeTabIndex, variableEditor } = useGraphiQL((state) => ({
    tabs: state.tabs,
    activeTabIndex: state.activeTabIndex,
    variableEditor: state.variableEditor,
  }));
  const filledIn = useRef(new Set([RECORDED]));
  const id = tabs.map(({ response }) => recordedId(response)).find((found) => found !== null) ?? null;
  useEffect(() => {
    if (id === null || activeTabIndex < 0) return;
    const text = variableEditor?.getValue() ?? '';
    // An id that was put in before gives way to that of a later recording; one that somebody typed stays.
    const filled = [...filledIn.current].reduce((known, earlier) => known.replace(earlier, id), text);
    filledIn.current.add(id);
    if (filled !== text) variableEditor?.setValue(filled);
  }, [id, activeTabIndex, variableEditor]);
  return null;
}

/** The id of the activity that an answer tells was recorded; null when it is another answer. */
function recordedId(response: string | null): string | null {
  if (!response?.includes('"recordActivity"')) return null;
  try {
    const answer = JSON.parse(response) as { data?: { recordActivity?: { activity?: { id?: string } | null } } };
    return answer.data?.recordActivity?.activity?.id ?? null;
  } catch {
    return null;
  }
}
