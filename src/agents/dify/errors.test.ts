import { describe, expect, it } from 'vitest';
import { HttpError } from '../../lib/http-client.ts';
import {
  canRepeat,
  isConversationGone,
  RefusedError,
  readRefusal,
  refusedError,
  runFailedError,
  toAgentError,
} from './errors.ts';

/** Every word of the API reference, and what it is to us. */
describe('what Dify’s refusals mean', () => {
  it.each([
    [401, 'unauthorized', 'Access token is invalid', 'agent_misconfigured'],
    [403, 'forbidden', "The app's API service has been disabled.", 'agent_misconfigured'],
    [403, 'forbidden', 'you have reached the request rate limit of your subscription', 'agent_busy'],
    [403, 'file_access_denied', '', 'agent_rejected_file'],
    [400, 'app_unavailable', '', 'agent_misconfigured'],
    [400, 'not_chat_app', '', 'agent_misconfigured'],
    [400, 'agent_not_published', '', 'agent_misconfigured'],
    [400, 'provider_not_initialize', '', 'agent_misconfigured'],
    [400, 'provider_quota_exceeded', '', 'agent_misconfigured'],
    [400, 'model_currently_not_support', '', 'agent_misconfigured'],
    [400, 'completion_request_error', 'rate limit of the model', 'agent_model_failed'],
    [400, 'invalid_param', 'File validation failed for file: a.exe', 'agent_rejected_file'],
    [400, 'invalid_param', 'city is required in input form', 'agent_misconfigured'],
    [400, 'invalid_param', 'Run failed: Incorrect API key provided', 'agent_model_failed'],
    [400, 'invalid_param', 'Run failed: division by zero', 'agent_failed'],
    [400, 'invalid_param', 'query must be shorter', 'agent_rejected_input'],
    [400, 'bad_request', 'Invalid JSON payload', 'agent_rejected_input'],
    [400, 'too_many_files', '', 'agent_rejected_file'],
    [404, 'not_found', 'Message Not Exists.', 'agent_failed'],
    [404, 'not_found', 'The requested URL was not found on the server.', 'agent_misconfigured'],
    [404, '', 'not Dify’s answer', 'agent_misconfigured'],
    [412, 'human_input_form_expired', '', 'agent_failed'],
    [413, 'file_too_large', '', 'agent_rejected_file'],
    [413, '', '', 'agent_rejected_file'],
    [415, 'unsupported_file_type', '', 'agent_rejected_file'],
    [429, 'too_many_requests', '', 'agent_busy'],
    [429, 'rate_limit_error', '', 'agent_busy'],
    [429, '', 'error 1015', 'agent_busy'],
    [500, 'internal_server_error', '', 'agent_failed'],
    [500, '', '', 'agent_failed'],
    [502, '', '', 'agent_unavailable'],
    [503, '', '', 'agent_unavailable'],
    [504, '', '', 'agent_timeout'],
    [301, '', '', 'agent_misconfigured'],
    [400, 'constructor', '', 'agent_rejected_input'],
  ])('%i %s "%s" is %s', (status, code, message, ours) =>
    expect(refusedError({ status, code, message }, 'ask').code).toBe(ours),
  );

  it('tells a model that failed from a flow that failed', () => {
    expect(runFailedError('PluginInvokeError: invalid api_key').code).toBe('agent_model_failed');
    expect(runFailedError('HTTP 500 from the CRM').code).toBe('agent_failed');
  });

  it('reads what a proxy answers by its type, not by its look', () => {
    expect(readRefusal(502, 'text/html', '{"code":"x"}')).toMatchObject({ status: 502, code: '' });
    expect(readRefusal(400, 'application/json', '{broken')).toMatchObject({ code: '' });
    expect(readRefusal(400, 'application/json', '"text"')).toEqual({ status: 400, code: '', message: '' });
  });

  it('knows a conversation that is gone by the beginning of the sentence', () => {
    const message = 'Conversation Not Exists. You have requested this URI [/v1/chat-messages] but did you mean …';
    expect(isConversationGone({ status: 404, code: 'not_found', message })).toBe(true);
    expect(isConversationGone({ status: 400, code: 'conversation_completed', message: '' })).toBe(true);
    expect(isConversationGone({ status: 404, code: 'not_found', message: 'Last Conversation Not Exists.' })).toBe(
      false,
    );
  });
});

describe('the log of a failure', () => {
  it('has no key, and nothing behind the first line', () => {
    const message = 'bad key sk-abcdef1234567890 for app-1234567890\nquery\n  input_value=what somebody wrote';
    const text = refusedError({ status: 400, code: 'invalid_param', message }, 'ask').message;
    expect(text).toBe('dify ask: 400 invalid_param bad key … for …');
  });
});

describe('asking again', () => {
  it.each([429, 502, 503])('is safe after %i', (status) => expect(canRepeat(refused(status))).toBe(true));
  it.each([400, 401, 404, 500, 504])('is not safe, or of no use, after %i', (status) =>
    expect(canRepeat(refused(status))).toBe(false),
  );

  it('is safe only when nothing was sent', () => {
    expect(canRepeat(new HttpError('connect', 'x'))).toBe(true);
    for (const kind of ['timeout', 'broken', 'aborted'] as const)
      expect(canRepeat(new HttpError(kind, 'x'))).toBe(false);
    expect(toAgentError(new HttpError('timeout', 'x'), 'ask').code).toBe('agent_timeout');
    expect(toAgentError(new HttpError('broken', 'x'), 'ask').code).toBe('agent_unavailable');
  });
});

function refused(status: number): RefusedError {
  return new RefusedError({ status, code: '', message: '' });
}
