import { GatewayError } from '../core/errors.ts';
import type { OutboundMessage } from '../core/reply.ts';
import { withoutWords } from '../lib/without-words.ts';

/** Servers like to repeat what they were given; the log is told what they say beside that. */
export function toldError(error: GatewayError, said: string): GatewayError {
  const told = withoutWords(error.message, said);
  return told === error.message ? error : new GatewayError(error.code, told);
}

/** What a message says, as one text. */
export function wordsOf(message: OutboundMessage): string {
  switch (message.kind) {
    case 'frame':
      return [message.frame.answer, message.frame.question, message.frame.notice].join('\n');
    case 'notice':
      return message.text;
    case 'file':
      return message.file.name;
  }
}
