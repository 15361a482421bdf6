import { narrowText } from './characters.ts';

/** What is the same for every way to write a value: `138-0013-8000`, `+86 138 0013 8000` and `１３８００１３８０００` are one number. */
export function sameValue(kind: string, value: string): string {
  const narrow = narrowText(value).toLowerCase();
  if (kind === 'email') return `${kind} ${narrow}`;
  const characters = narrow.replace(/[^\p{L}\p{N}]/gu, '');
  return `${kind} ${kind === 'mobile' ? characters.slice(-11) : characters}`;
}
