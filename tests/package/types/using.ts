// `using` ends a connection, where the compiler's library knows of it.
import { createConnection } from 'keepline';

export function once(): void {
  using connection = createConnection();
  connection.connect();
}
