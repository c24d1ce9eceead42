/** Starts an OpenID Provider that nobody here wrote, and gets tokens from it as a machine does. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./provider-process.mjs', import.meta.url));
export const PROVIDER_AUDIENCE = 'https://desk.example/api';

export type ProviderOrder = 'rotate' | 'down' | 'up';

export class Provider {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  static async start(options: { readonly aheadMs?: number } = {}): Promise<Provider> {
    const child = fork(SCRIPT, {
      execArgv: [],
      env: {
        ...process.env,
        AUDIENCE: PROVIDER_AUDIENCE,
        AHEAD_MS: String(options.aheadMs ?? 0),
      },
      // It warns of what makes it fit for tests alone.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const [{ url }] = (await once(child, 'message')) as [{ url: string }];
    return new Provider(url, child);
  }

  async tell(order: ProviderOrder): Promise<void> {
    const done = once(this.#process, 'message');
    this.#process.send(order);
    await done;
  }

  /** An access token by client credentials: its subject is the client. */
  async token(): Promise<string> {
    const response = await fetch(`${this.url}/token`, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from('robot:robot-of-the-tests').toString('base64')}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials&scope=desk',
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    return token;
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill();
    await exited;
  }
}
