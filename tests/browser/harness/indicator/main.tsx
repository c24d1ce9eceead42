// A page of an application's own kind around the status indicator: StrictMode, a header, a provider
// with a token source. What a test may change of it is on `window.desk`.
import {
  type Connection,
  type ConnectionOptions,
  createConnection,
  type Status,
  type TokenProvider,
} from 'keepline';
import {
  RealtimeProvider,
  useLatestEvent,
  useWebSocket,
  WebSocketStatusIndicator,
} from 'keepline/react';
import { labels as german } from 'keepline/react/labels/de';
import 'keepline/react/style.css';
import { StrictMode, useState } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import './page.css';
import { type SurroundingName, surroundingOf } from './surroundings.js';

export interface DeskOptions {
  readonly user: string;
  /** Whether getToken asks the issuer or says that nobody is signed in. */
  readonly signedIn?: boolean;
  readonly options?: Omit<ConnectionOptions, 'getToken'>;
  /** Says of every live link that nothing has come over it, which no server can bring about in a moment. */
  readonly unproven?: boolean;
  readonly details?: 'person' | 'developer';
  readonly german?: boolean;
  readonly surrounding?: SurroundingName;
}

export interface Desk {
  mount(options: DeskOptions): void;
  unmount(): void;
  /** Takes the provider down and up again so many times, each in a frame of its own. */
  remount(times: number): Promise<void>;
  signOut(): void;
}

declare global {
  interface Window {
    desk: Desk;
  }
}

async function askIssuer(user: string, signal: AbortSignal): Promise<string> {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user }),
    signal,
  });
  const { token } = (await response.json()) as { token: string };
  return token;
}

/** The same connection, of whose live links it says that nothing has come over them. */
function doubted(connection: Connection): Connection {
  const known = new WeakMap<Status, Status>();
  const doubt = (status: Status): Status => {
    const same = known.get(status) ?? { ...status, unproven: status.state === 'connected' };
    known.set(status, same);
    return same;
  };
  return {
    ...connection,
    status: () => doubt(connection.status()),
    onStatus: (listener) => connection.onStatus((status) => listener(doubt(status))),
  };
}

function Main() {
  const { status, reconnect, disconnect } = useWebSocket();
  const note = useLatestEvent('note', ({ data }) => JSON.stringify(data));
  return (
    <main>
      <h1>Calls</h1>
      <p data-testid="phase">{status.phase}</p>
      <p data-testid="note">{note}</p>
      <button type="button" onClick={reconnect}>
        Dial
      </button>
      <button type="button" onClick={disconnect}>
        Hang up
      </button>
    </main>
  );
}

interface PageProps {
  readonly given: DeskOptions;
  readonly mounts: number;
  readonly signedIn: boolean;
}

function Page({ given, mounts, signedIn }: PageProps) {
  const getToken: TokenProvider = ({ signal }) => (signedIn ? askIssuer(given.user, signal) : null);
  const options = { ...given.options, getToken };
  const Surrounding = surroundingOf(given.surrounding ?? 'header');
  const [made] = useState(() => (given.unproven ? doubted(createConnection(options)) : null));
  return (
    <RealtimeProvider
      key={mounts}
      {...(made ? { connection: made } : { options })}
      identity={signedIn ? given.user : null}
    >
      <Surrounding>
        <WebSocketStatusIndicator
          labels={given.german ? german : undefined}
          details={given.details}
        />
      </Surrounding>
      <Main />
    </RealtimeProvider>
  );
}

let root: Root | null = null;
let props: PageProps | null = null;

function show(next: PageProps): void {
  props = next;
  root ??= createRoot(document.getElementById('root') ?? document.body);
  const current = root;
  flushSync(() =>
    current.render(
      <StrictMode>
        <Page {...next} />
      </StrictMode>,
    ),
  );
}

window.desk = {
  mount: (given) => show({ given, mounts: 0, signedIn: given.signedIn ?? true }),
  unmount: () => {
    root?.unmount();
    root = null;
  },
  remount: async (times) => {
    for (let round = 0; round < times && props; round += 1) {
      show({ ...props, mounts: props.mounts + 1 });
      await new Promise(requestAnimationFrame);
    }
  },
  signOut: () => props && show({ ...props, signedIn: false }),
};
