import type { InLanguages } from './lang.ts';

/** What people read when something has failed, by the code of the failure. */
export const FAILURE_TEXTS = {
  agent_unavailable: {
    zh: '智能体暂时联系不上，请稍后再试。',
    en: 'The agent cannot be reached right now. Please try again later.',
  },
  agent_busy: {
    zh: '现在提问的人较多，请过一会儿再试。',
    en: 'Many people are asking at the moment. Please try again in a while.',
  },
  agent_timeout: {
    zh: '等待回答的时间太长，已停止。请再试一次，或换个更简短的问法。',
    en: 'The answer took too long and was stopped. Try again, or ask more briefly.',
  },
  agent_misconfigured: {
    zh: '智能体的设置有问题，暂时不能回答。请联系管理员。',
    en: 'The agent is not set up correctly and cannot answer. Please tell the administrator.',
  },
  agent_model_failed: {
    zh: '模型没能完成这次回答，请再试一次。',
    en: 'The model could not finish this answer. Please try again.',
  },
  agent_rejected_input: {
    zh: '智能体没有接受这条提问，请换个说法或缩短后再试。',
    en: 'The agent did not accept this question. Please rephrase or shorten it.',
  },
  agent_rejected_file: {
    zh: '不能处理文件“{name}”：{why}。请换一个文件再试。',
    en: 'The file “{name}” cannot be used: {why}. Please try another file.',
  },
  agent_failed: { zh: '回答没能完成，请再试一次。', en: 'The answer could not be finished. Please try again.' },
  file_gone: {
    zh: '文件“{name}”已经无法读取，请重新发送。',
    en: 'The file “{name}” can no longer be read. Please send it again.',
  },
  file_too_large: {
    zh: '文件“{name}”太大（最大 {limit}）。请压缩或拆分后再发。',
    en: 'The file “{name}” is too large (at most {limit}). Please make it smaller or split it.',
  },
  platform_content_refused: {
    zh: '平台没有接受这次回答的内容。请换个问法再试。',
    en: 'The platform did not accept the content of this answer. Please ask in another way.',
  },
  internal: {
    zh: '出了点问题，我们已经记录下来。请稍后再试。',
    en: 'Something went wrong and has been noted. Please try again later.',
  },
} as const satisfies Record<string, InLanguages>;
