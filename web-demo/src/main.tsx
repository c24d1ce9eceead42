/**
 * Starts the page. StrictMode mounts everything twice during development; the connection is opened
 * once all the same.
 */
import 'keepline/react/style.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/components.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { ErrorBoundary } from './components/error-boundary.js';

const container = document.getElementById('root');
if (!container) throw new Error('index.html has lost its #root element.');
createRoot(container).render(
  <StrictMode>
    <ErrorBoundary>
      <App />
    </ErrorBoundary>
  </StrictMode>,
);
