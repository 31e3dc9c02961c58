import { useGraphiQL, useMonaco } from '@graphiql/react';
import { useEffect } from 'react';

type Monaco = typeof import('monaco-editor');

/** Shows nothing; gives the code editors Pokal's colours, a smaller type and wrapped lines once they exist. */
export function EditorComfort() {
  const monaco = useMonaco((state) => state.monaco);
  const editors = useGraphiQL(({ queryEditor, variableEditor, headerEditor, responseEditor }) => ({
    queryEditor,
    variableEditor,
    headerEditor,
    responseEditor,
  }));
  useEffect(() => {
    if (monaco) defineThemes(monaco);
  }, [monaco]);
  useEffect(() => {
    for (const editor of Object.values(editors)) {
      editor?.updateOptions({ fontSize: 13.5, wordWrap: 'on', wrappingIndent: 'indent' });
    }
  }, [editors]);
  return null;
}

/** Replaces the two themes that the editor brings, under their own names. */
function defineThemes(monaco: Monaco): void {
  monaco.editor.defineTheme('graphiql-LIGHT', {
    base: 'vs',
    inherit: true,
    rules: [
      { token: 'comment', foreground: '61707f' },
      { token: 'keyword', foreground: '7a4a00', fontStyle: 'bold' },
      { token: 'argument.identifier.gql', foreground: '5b50b8' },
    ],
    colors: editorColours('#ffffff', '#1e2630', '#8a5300'),
  });
  monaco.editor.defineTheme('graphiql-DARK', {
    base: 'vs-dark',
    inherit: true,
    rules: [
      { token: 'comment', foreground: '93a1b3' },
      { token: 'keyword', foreground: 'f3bf55', fontStyle: 'bold' },
      { token: 'argument.identifier.gql', foreground: 'b3adff' },
    ],
    colors: editorColours('#1c222c', '#e8eaee', '#f3bf55'),
  });
}

function editorColours(surface: string, ink: string, accent: string): Record<string, string> {
  const transparent = '#00000000';
  return {
    'editor.background': transparent,
    'scrollbar.shadow': transparent,
    'editorHoverWidget.background': surface,
    'editorSuggestWidget.background': surface,
    'editorSuggestWidget.selectedBackground': `${accent}26`,
    'editorSuggestWidget.selectedForeground': ink,
    'editorSuggestWidget.selectedIconForeground': ink,
    'editorSuggestWidget.highlightForeground': accent,
    'editorSuggestWidget.focusHighlightForeground': accent,
    'editorWidget.background': surface,
    'menu.background': surface,
    'menu.selectionBackground': `${accent}26`,
    'menu.selectionForeground': ink,
    'quickInput.background': surface,
    'quickInputList.focusBackground': `${accent}26`,
    'quickInputList.focusForeground': ink,
    'list.hoverBackground': `${accent}1a`,
    'list.highlightForeground': accent,
    'textLink.foreground': accent,
    'textLink.activeForeground': accent,
    'editorLink.activeForeground': accent,
    focusBorder: accent,
  };
}
