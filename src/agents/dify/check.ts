import { GatewayError } from '../../core/errors.ts';
import type { InLanguages } from '../../core/lang.ts';
import { HttpError } from '../../lib/http-client.ts';
import { type Refusal, RefusedError, SetupError } from './errors.ts';

/** What an operator can do about a failure, in one sentence. */
export function explainFailure(error: unknown, baseUrl: string): InLanguages {
  if (error instanceof RefusedError) return refusedSentence(error.refusal, baseUrl);
  if (error instanceof SetupError) {
    return { zh: `Dify 应用：${error.words.zh}。`, en: `The Dify app: ${error.words.en}.` };
  }
  if (error instanceof GatewayError) {
    return {
      zh: `${baseUrl} 的 Dify 应用没有通过检查，请查看它的 API 服务日志：${error.message}。`,
      en: `The Dify app at ${baseUrl} fails its check, see the log of its API server: ${error.message}.`,
    };
  }
  if (!(error instanceof HttpError)) {
    return {
      zh: `检查 ${baseUrl} 的 Dify 应用时出现未预料的错误，请查看它的 API 服务日志。`,
      en: `Checking the Dify app at ${baseUrl} failed for a reason nobody foresaw: see the log of its API server.`,
    };
  }
  if (error.kind === 'timeout') {
    return {
      zh: `${baseUrl} 的 Dify 没有及时响应：它在运行吗，地址对吗？`,
      en: `Dify at ${baseUrl} did not answer in time: is it running, and is this the right address?`,
    };
  }
  return {
    zh: `连不上 ${baseUrl} 的 Dify（${error.message}）：请检查地址，以及本机能否访问它。`,
    en: `Dify cannot be reached at ${baseUrl} (${error.message}): check the address, and that this machine may connect to it.`,
  };
}

function refusedSentence({ status, code, message }: Refusal, baseUrl: string): InLanguages {
  const known = SENTENCES.get(code);
  if (known !== undefined) return known;
  if (status >= 300 && status < 400) {
    return {
      zh: `${baseUrl} 会重定向到别处：请使用重定向后的地址。`,
      en: `${baseUrl} redirects elsewhere: use the address it redirects to.`,
    };
  }
  if (status === 404 || (code === '' && status < 300)) {
    return {
      zh: `${baseUrl} 的回应不像 Dify 的 API（${status}，${message}）：应填 API 的地址，以 /v1 结尾。`,
      en: `${baseUrl} does not answer like Dify's API (${status}, ${message}): the address must be that of the API and end in /v1.`,
    };
  }
  if (status === 429) {
    return {
      zh: 'Dify 暂时拒绝更多请求（429）：请一分钟后再试。',
      en: 'Dify refuses more requests for the moment (429): try again in a minute.',
    };
  }
  const answered = `${status}${code === '' ? '' : ` ${code}`}`;
  return {
    zh: `${baseUrl} 的 Dify 返回了 ${answered}：请查看它的 API 服务日志。`,
    en: `Dify at ${baseUrl} answered ${answered}: see the log of its API server.`,
  };
}

const SENTENCES: ReadonlyMap<string, InLanguages> = new Map([
  [
    'unauthorized',
    {
      zh: 'Dify 不认识这个 API 密钥：请从应用的“访问 API”页面复制（app-…）。',
      en: "Dify does not know this API key: copy the app's key (app-…) from its page “API Access”.",
    },
  ],
  [
    'forbidden',
    {
      zh: 'Dify 拒绝了这个应用：请在“访问 API”页面开启 API，并确认应用及其工作空间仍然存在。',
      en: 'Dify refuses the app: switch its API on (page “API Access”), and see that the app and its workspace still exist.',
    },
  ],
  [
    'app_unavailable',
    {
      zh: '这个 Dify 应用从未发布：请打开它并点击“发布”。',
      en: 'The Dify app was never published: open it and press “Publish”.',
    },
  ],
  [
    'agent_not_published',
    {
      zh: '这个 Dify Agent 从未发布：请打开它并点击“发布”。',
      en: 'The Dify agent was never published: open it and press “Publish”.',
    },
  ],
]);
