import { GatewayError } from '../../core/errors.ts';
import { HttpError } from '../../lib/http-client.ts';
import { type Refusal, RefusedError, toAgentError } from './errors.ts';

/** What an operator can do about a failure, in one sentence. */
export function explainFailure(error: unknown, baseUrl: string): GatewayError {
  if (error instanceof GatewayError) return error;
  const { code } = toAgentError(error, 'check');
  return new GatewayError(code, sentenceOf(error, baseUrl), { cause: error });
}

function sentenceOf(error: unknown, baseUrl: string): string {
  if (error instanceof RefusedError) return refusedSentence(error.refusal, baseUrl);
  if (!(error instanceof HttpError)) return `Checking the Dify app at ${baseUrl} failed for a reason nobody foresaw.`;
  if (error.kind === 'timeout')
    return `Dify at ${baseUrl} did not answer in time: is it running, and is this the right address?`;
  return `Dify cannot be reached at ${baseUrl} (${error.message}): check the address, and that this machine may connect to it.`;
}

function refusedSentence({ status, code, message }: Refusal, baseUrl: string): string {
  const known = SENTENCES.get(code);
  if (known !== undefined) return known;
  if (status >= 300 && status < 400) return `${baseUrl} redirects elsewhere: use the address it redirects to.`;
  if (status === 404 || (code === '' && status < 300)) {
    return `${baseUrl} does not answer like Dify's API (${status}, ${message}): the address must be that of the API and end in /v1.`;
  }
  if (status === 429) return 'Dify refuses more requests for the moment (429): try again in a minute.';
  return `Dify at ${baseUrl} answered ${status}${code === '' ? '' : ` ${code}`}: see the log of its API server.`;
}

const SENTENCES: ReadonlyMap<string, string> = new Map([
  ['unauthorized', "Dify does not know this API key: copy the app's key (app-…) from its page “API Access”."],
  [
    'forbidden',
    'Dify refuses the app: switch its API on (page “API Access”), and see that the app and its workspace still exist.',
  ],
  ['app_unavailable', 'The Dify app was never published: open it and press “Publish”.'],
  ['agent_not_published', 'The Dify agent was never published: open it and press “Publish”.'],
]);
