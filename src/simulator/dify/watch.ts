import type { ServerResponse } from 'node:http';
import type { StreamWatch } from './event-stream.ts';
import type { Exchange, Watch } from './options.ts';

/** Tells a watcher of an exchange and of its end; the result is for the frames of a stream. */
export function watchResponse(watch: Watch, exchange: Exchange, res: ServerResponse): StreamWatch {
  watch.request(exchange);
  let body = '';
  let isStream = false;
  const end = res.end.bind(res) as (...all: unknown[]) => ServerResponse;
  // Streams tell their frames by themselves; here only what is answered in one piece.
  res.end = ((...all: unknown[]) => {
    if (!isStream && typeof all[0] === 'string') body = all[0];
    return end(...all);
  }) as typeof res.end;
  res.on('close', () => watch.response(exchange, res.headersSent ? res.statusCode : 0, body));
  return {
    frame(text) {
      isStream = true;
      watch.frame(exchange, text);
    },
  };
}
