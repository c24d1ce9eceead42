/**
 * Starts the page: asks the server who signs people in, makes the one connection that the page has,
 * and renders. The connection is made outside React, so that the timeline knows it from its first
 * moment; StrictMode's double mount does not touch it.
 */
import '@fontsource-variable/inter/wght.css';
import 'keepline/react/style.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/layout.css';
import './styles/desk.css';
import './styles/imports.css';
import './styles/timeline.css';
import './styles/network.css';
import './styles/sign-in.css';
import './styles/forced-colours.css';
import { createConnection } from 'keepline';
import { StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { App } from './app.js';
import { ErrorBoundary } from './components/error-boundary.js';
import { PageProblem } from './components/page-problem.js';
import { optionsFromQuery } from './connection-options.js';
import { type DeskConfig, loadConfig } from './session/config.js';
import { createDevelopmentSession } from './session/development-session.js';
import { answerSilentSignIn, openOidcSession } from './session/oidc-session.js';
import { applyStoredTheme } from './theme.js';
import { ConnectionHistory } from './timeline/connection-history.js';

async function start(root: Root): Promise<void> {
  if (await answerSilentSignIn()) return;
  // Before a redirect's query is taken out of the address.
  const tunables = optionsFromQuery(location.search);
  const config = await loadConfig();
  const session = await openSession(config);
  const connection = createConnection({
    ...tunables,
    // What the desk shows is decoded in full, so its types are proven, not hoped for.
    validate: tunables.validate ?? 'strict',
    getToken: session.getToken,
    identity: session.person()?.id ?? null,
  });
  const history = new ConnectionHistory(connection);
  root.render(
    <StrictMode>
      <ErrorBoundary>
        <App config={config} session={session} connection={connection} history={history} />
      </ErrorBoundary>
    </StrictMode>,
  );
}

function openSession(config: DeskConfig) {
  return config.issuer === 'oidc' ? openOidcSession(config) : createDevelopmentSession();
}

const container = document.getElementById('root');
if (!container) throw new Error('index.html has lost its #root element.');
applyStoredTheme();
const root = createRoot(container);
start(root).catch((error: unknown) => root.render(<PageProblem error={error} />));
