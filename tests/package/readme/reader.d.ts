// What the README leaves to its reader: the application's own, and imports that would be said in each block.
export {};

declare global {
  type ReactNode = import('react').ReactNode;
  type SendError = import('keepline').SendError;
  type TokenRequest = import('keepline').TokenRequest;

  const createConnection: typeof import('keepline').createConnection;
  const connection: import('keepline').Connection;
  const RealtimeProvider: typeof import('keepline/react').RealtimeProvider;
  const WebSocketStatusIndicator: typeof import('keepline/react').WebSocketStatusIndicator;
  const useConnection: typeof import('keepline/react').useConnection;
  const useConnectionStatus: typeof import('keepline/react').useConnectionStatus;
  const useEvent: typeof import('keepline/react').useEvent;
  const useEventBuffer: typeof import('keepline/react').useEventBuffer;
  const useFreshness: typeof import('keepline/react').useFreshness;
  const useLatestEvent: typeof import('keepline/react').useLatestEvent;
  const liveQuery: typeof import('keepline').liveQuery;
  const useLiveQuery: typeof import('keepline/react').useLiveQuery;
  const usePendingSends: typeof import('keepline/react').usePendingSends;
  const useReconnected: typeof import('keepline/react').useReconnected;
  const useSend: typeof import('keepline/react').useSend;
  const useWebSocket: typeof import('keepline/react').useWebSocket;

  const getToken: (request: TokenRequest) => Promise<string | null>;
  const user: { readonly id: string } | null;
  const maintenance: boolean;
  const map: { move(places: readonly { lat: number; lon: number }[]): void };
  const Tickets: () => ReactNode;
  const show: (text: string) => void;
  const countdown: (until: number) => void;
  const refetch: (ticket: string, downMs: number) => Promise<void>;
  interface Ticket {
    readonly id: string;
    readonly title: string;
  }
  const openTickets: import('keepline').LiveQueryOptions<readonly Ticket[], 'ticket_created'>;
}
