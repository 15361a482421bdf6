import type { AnswerFile } from '../../../core/agent.ts';
import type { RobotDeps } from '../../../core/robot-definition.ts';
import { MAX_FILE_BYTES } from '../limits.ts';
import { mediaTypeOf } from '../media-type.ts';
import { MAX_PICTURE_BYTES } from './limits.ts';
import type { RobotMessage } from './messages.ts';

/** Fetches a file for a robot to say: a picture within the message itself, a voice, or a plain file, as a larger picture is. */
export async function robotFile(
  { name, url }: AnswerFile,
  deps: Pick<RobotDeps, 'fetchUrl'>,
  signal: AbortSignal,
): Promise<RobotMessage> {
  const file = await deps.fetchUrl(url, MAX_FILE_BYTES, signal);
  const type = mediaTypeOf(file);
  if (type === 'image' && file.bytes.length <= MAX_PICTURE_BYTES) return { kind: 'picture', file };
  return { kind: type === 'voice' ? 'voice' : 'file', name, file };
}
