import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '../shared/pokal.css';
import './playground.css';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { loadRoles } from './roles.ts';
import { giveStylesTheNonce } from './styles-nonce.ts';

giveStylesTheNonce();

const container = document.getElementById('playground');
if (container) createRoot(container).render(<App roles={await loadRoles()} />);
