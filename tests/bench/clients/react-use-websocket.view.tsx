// react-use-websocket as its documentation begins: the last message, parsed, as state.
import useWebSocket from 'react-use-websocket';
import type { BenchEvent, ViewProps } from '../contract.js';

const always = () => true;

export function View({ url, Show }: ViewProps) {
  const { lastJsonMessage } = useWebSocket<BenchEvent | null>(url, { shouldReconnect: always });
  return <Show event={lastJsonMessage} />;
}
