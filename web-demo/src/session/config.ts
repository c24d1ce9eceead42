/** What the server says of itself: who issues the tokens here, and whether its network may be broken. */
import { getJson } from '../http.js';

export interface OidcConfig {
  readonly issuer: 'oidc';
  readonly authority: string;
  /** Null where the server was started without AUTH0_CLIENT_ID. */
  readonly clientId: string | null;
  readonly audience: string | null;
  readonly scope: string;
  readonly networkPanel: boolean;
}

export interface DevelopmentConfig {
  readonly issuer: 'development';
  readonly networkPanel: boolean;
  /** Where several nodes hold the links: whether their Redis may be broken, too. */
  readonly fleet: FleetConfig | null;
}

export interface FleetConfig {
  readonly redis: boolean;
}

export type DeskConfig = OidcConfig | DevelopmentConfig;

/** What a sign-in asks for where the server names nothing else. */
const SCOPE = 'openid profile';

export async function loadConfig(): Promise<DeskConfig> {
  const document = await getJson('/api/config');
  const given = typeof document === 'object' && document !== null ? { ...document } : {};
  const members: Readonly<Record<string, unknown>> = given;
  const networkPanel = members['networkPanel'] !== false;
  if (members['issuer'] === 'development') {
    return { issuer: 'development', networkPanel, fleet: readFleet(members['fleet']) };
  }
  const authority = textOf(members['authority']);
  if (members['issuer'] !== 'oidc' || authority === null) {
    throw new Error(
      'The server did not say who issues its tokens. Update page and server together.',
    );
  }
  return {
    issuer: 'oidc',
    authority,
    clientId: textOf(members['clientId']),
    audience: textOf(members['audience']),
    scope: textOf(members['scope']) ?? SCOPE,
    networkPanel,
  };
}

function readFleet(value: unknown): FleetConfig | null {
  if (typeof value !== 'object' || value === null) return null;
  return { redis: 'redis' in value && value.redis === true };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
