import { type Call, optionalUser } from './call.ts';
import { invalidParam, refusal } from './refusals.ts';

/** Told by the part's own type, not by the name: `audio/mpeg` is not among them. */
const TYPES = ['audio/mp3', 'audio/m4a', 'audio/wav', 'audio/amr', 'audio/mpga'];
const MAX_BYTES = 30 * 1024 * 1024;

/** `POST /audio-to-text`: hears the same sentence in everything. */
export function audioToText(call: Call): void {
  const form = call.form();
  optionalUser(form.fields.user);
  const file = form.files.find(({ field }) => field === 'file');
  if (!call.app.speech) throw invalidParam('Speech to text is not enabled');
  if (file === undefined) throw refusal(400, 'no_audio_uploaded', 'Please upload your audio.');
  if (!TYPES.includes(file.mime)) throw refusal(415, 'unsupported_audio_type', 'Audio type not allowed.');
  if (file.bytes.length > MAX_BYTES) throw refusal(413, 'audio_too_large', 'Audio size larger than 30 mb');
  const english = /(?:^|[^a-z])en(?:[^a-z]|$)/i.test(file.name);
  call.send(200, { text: english ? 'How do I apply for annual leave?' : '年假怎么申请？' });
}
