// `keepline/server/standalone`: what a process that is nothing but such a server needs beside the real-time
// half: settings from the environment, JSON routes, health and metrics over HTTP. Needs nothing but Node.
export { bearerOf, unauthorised } from './bearer.js';
export {
  ConfigurationError,
  type Environment,
  readAllowedOrigins,
  readChoice,
  readInteger,
  readNumber,
  readScopes,
  readSecrets,
  readSocketLimits,
} from './environment.js';
export { HealthRoutes } from './health-routes.js';
export {
  allowMethods,
  booleanMember,
  discardRest,
  mediaType,
  type NumberRange,
  numberMember,
  optionalNumber,
  RequestError,
  type RequestErrorExtras,
  readBody,
  readJsonBody,
  sendJson,
  stringMember,
} from './json.js';
export { MetricsRoutes, type MetricsRoutesOptions } from './metrics-routes.js';
export { type RouterOptions, type Routes, routeRequest, sendNotFound } from './router.js';
