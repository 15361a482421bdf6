import type { FileContent } from '../core/agent.ts';
import { GatewayError } from '../core/errors.ts';
import { FetchError, type UrlFetcher } from '../lib/url-fetcher.ts';

const CODES = {
  forbidden: 'url_forbidden',
  gone: 'file_gone',
  'too-large': 'file_too_large',
  unavailable: 'file_gone',
} as const satisfies Record<FetchError['refusal'], string>;

/** How platforms and robots fetch what an answer or a push links to (`fetchUrl` of their parts). */
export function fetchingBy(fetcher: UrlFetcher) {
  return async (url: string, maxBytes: number, signal: AbortSignal): Promise<FileContent> => {
    try {
      return await fetcher.fetch(url, maxBytes, signal);
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      throw new GatewayError(CODES[error.refusal], `file of an answer not fetched: ${error.message}`, { cause: error });
    }
  };
}
