// The same declarations for CommonJS: they are those of the ES module.
import type * as module from './index.js' with { 'resolution-mode': 'import' };

export type {
  EventMembers,
  FakeConnection,
  FakeConnectionSetup,
  SentMessage,
} from './index.js' with { 'resolution-mode': 'import' };

export declare const createConnection: typeof module.createConnection;
export declare const createFakeConnection: typeof module.createFakeConnection;
export declare const fakeStatus: typeof module.fakeStatus;
export declare const newestOfEach: typeof module.newestOfEach;
export declare const ConnectionError: typeof module.ConnectionError;
export type ConnectionError = module.ConnectionError;
export declare const SendError: typeof module.SendError;
export type SendError = module.SendError;
