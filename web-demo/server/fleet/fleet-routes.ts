/** `/dev/fleet/*`: the nodes and their Redis, shown and broken over HTTP. Exists with several nodes only. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  allowMethods,
  optionalNumber,
  type Routes,
  readJsonBody,
  sendJson,
  stringMember,
} from 'keepline/server/standalone';
import { SECONDS, userOf } from '../development-routes.js';
import { requireAllowedOrigin } from '../http-auth.js';
import type { FleetControl } from './control.js';

type Body = Record<string, unknown>;

const PATH = '/dev/fleet';
const BODY_BYTES_MAX = 1024;
const STOP_SECONDS = 4;

export class FleetRoutes implements Routes {
  readonly #control: FleetControl;
  readonly #allowedOrigins: readonly string[];
  readonly #deeds: ReadonlyMap<string, (body: Body) => unknown>;

  constructor(control: FleetControl, allowedOrigins: readonly string[]) {
    this.#control = control;
    this.#allowedOrigins = allowedOrigins;
    const user = (body: Body) => userOf(stringMember(body, 'user'));
    this.#deeds = new Map<string, (body: Body) => unknown>([
      [`${PATH}/kill`, async (body) => ({ node: await control.kill(user(body)) })],
      [`${PATH}/restart`, async (body) => ({ node: await control.restart(user(body)) })],
      ...(control.hasRedis ? redisDeeds(control) : []),
    ]);
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    const deed = this.#deeds.get(url.pathname);
    if (url.pathname === PATH) {
      allowMethods(request, ['GET']);
      const user = userOf(url.searchParams.get('user') ?? '');
      sendJson(response, 200, await this.#control.view(user));
    } else if (deed) {
      allowMethods(request, ['POST']);
      requireAllowedOrigin(request, this.#allowedOrigins);
      const done = await deed(await readJsonBody(request, BODY_BYTES_MAX));
      sendJson(response, 200, done ?? { done: true });
    } else {
      return false;
    }
    return true;
  }
}

function redisDeeds(control: FleetControl): [string, (body: Body) => unknown][] {
  return [
    [
      `${PATH}/stop-redis`,
      (body) =>
        control.stopRedis((optionalNumber(body, 'seconds', SECONDS) ?? STOP_SECONDS) * 1000),
    ],
    [`${PATH}/promote`, () => control.promoteReplica()],
  ];
}
