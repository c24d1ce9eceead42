// The OpenID Provider of the tests, in a process of its own, so that its clock can be another: the certified
// library `oidc-provider`, with its own pages, one tenant and JWT access tokens. Told by messages what to do.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const { AUDIENCE: audience, AHEAD_MS = '0', PORT = '0' } = process.env;
const realNow = Date.now.bind(Date);
Date.now = () => realNow() + Number(AHEAD_MS);
// It takes its times from `Date.now` and its randomness when it is loaded.
const { Provider } = await import('oidc-provider');

const newKey = () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' };
};

let handler = () => undefined;
let isDown = false;
const http = createServer((request, response) => {
  if (isDown) response.writeHead(503).end();
  else handler(request, response);
});
await new Promise((listening) => http.listen(Number(PORT), '127.0.0.1', listening));
const url = `http://127.0.0.1:${http.address().port}`;

const page = (id, type) => ({
  client_id: id,
  application_type: type,
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code'],
  redirect_uris: ['http://127.0.0.1/'],
  post_logout_redirect_uris: ['http://127.0.0.1/'],
});

const resourceServer = { scope: 'desk', audience, accessTokenFormat: 'jwt' };

function provide(keys) {
  const provider = new Provider(url, {
    jwks: { keys },
    clients: [
      page('desk-page', 'web'),
      // It has to see the person each time (RFC 8252, 8.6), so that nothing is renewed silently.
      page('desk-native', 'native'),
      {
        client_id: 'robot',
        client_secret: 'robot-of-the-tests',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    clientBasedCORS: () => true,
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name'] },
    // The page shows who is signed in before it has asked anybody else.
    conformIdTokenClaims: false,
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id} of the provider` }),
    }),
    extraTokenClaims: () => ({ org_id: 'harbour' }),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: () => resourceServer,
        useGrantedResource: () => true,
      },
    },
    cookies: { keys: ['only for tests'] },
  });
  // The page's port is known to nobody before it is open.
  const isOwn = (uri) => /^http:\/\/127\.0\.0\.1:\d+\/$/.test(uri);
  provider.Client.prototype.redirectUriAllowed = isOwn;
  provider.Client.prototype.postLogoutRedirectUriAllowed = isOwn;
  handler = provider.callback();
}

let keys = [newKey()];
provide(keys);

process.on('message', (order) => {
  if (order === 'rotate') {
    // The one that signs is the first; the old one is still shown, as providers do.
    keys = [newKey(), ...keys].slice(0, 2);
    provide(keys);
  }
  if (order === 'down') isDown = true;
  if (order === 'up') isDown = false;
  process.send('done');
});
process.on('disconnect', () => process.exit());
process.send({ url });
