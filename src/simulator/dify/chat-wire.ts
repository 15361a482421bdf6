import type { Run } from './run.ts';
import type { GeneratedFile, ThoughtStep } from './steps.ts';
import { audioFrame, chatHead, errorFrame, fileEntry, frame, metadataOf, replaceFrame, type Wire } from './wire.ts';

/** Chat, agent, New Agent and completion apps: everything in one process, no graph. */
export class ChatWire implements Wire {
  private readonly run: Run;
  private readonly errorHead: string;
  private readonly head: string;
  private readonly deltaName: string;

  constructor(run: Run) {
    this.run = run;
    this.errorHead = chatHead(run);
    this.head = `${this.errorHead},"task_id":"${run.taskId}"`;
    this.deltaName = run.mode === 'agent-chat' || run.mode === 'agent' ? 'agent_message' : 'message';
  }

  begin(): void {}

  say(text: string): void {
    this.run.send(this.sayFrame(text));
  }

  sayFrame(text: string): string {
    return this.delta(this.deltaName, text);
  }

  private delta(event: string, text: string): string {
    const plain = event === 'message' ? { from_variable_selector: null } : {};
    return frame(event, this.head, { id: this.run.message.id, answer: text, ...plain });
  }

  thought(thought: ThoughtStep): void {
    if (this.deltaName !== 'agent_message') return;
    this.send('agent_thought', {
      id: thought.id,
      position: thought.position,
      thought: thought.thought,
      observation: thought.observation,
      tool: thought.tool,
      tool_labels: labelsOf(thought.tool),
      tool_input: thought.toolInput,
      message_files: [],
    });
  }

  node(): void {}

  file(file: GeneratedFile): void {
    const type = file.mime.startsWith('image/') ? 'image' : 'document';
    this.send('message_file', { id: file.id, type, belongs_to: 'assistant', url: file.url });
  }

  fileText(text: string): void {
    // Only the two oldest modes name their text so; the others say it in the ordinary way.
    const quirky = this.deltaName === 'message';
    this.run.send(
      quirky ? frame('message_file', this.head, { id: this.run.message.id, answer: text }) : this.sayFrame(text),
    );
  }

  replace(_text: string, reason: string): void {
    this.run.send(replaceFrame(this.run, reason));
  }

  reasoning(): void {}

  audio(bytes: Uint8Array | undefined): void {
    this.run.send(audioFrame(this.head, bytes));
  }

  error(status: number, code: string | undefined, message: string): void {
    this.run.send(errorFrame(this.errorHead, status, code, message));
  }

  halfEnd(): boolean {
    this.finish();
    return false;
  }

  pause(): void {}
  formFilled(): void {}
  formTimedOut(): void {}

  finish(): void {
    const { run } = this;
    // The New Agent closes with the whole answer: to be taken instead of the deltas, not after them.
    if (run.mode === 'agent') this.run.send(this.delta('message', run.answer));
    const { retriever_resources: cited, ...rest } = metadataOf(run) as { retriever_resources: object[] };
    const metadata = run.mode === 'agent' ? rest : { retriever_resources: cited, ...rest };
    const files = run.files.length === 0 ? null : run.files.map(fileEntry);
    this.send('message_end', { id: run.message.id, metadata, files });
  }

  private send(event: string, own: object): void {
    this.run.send(frame(event, this.head, own));
  }
}

function labelsOf(tool: string): Record<string, object> {
  const names = tool.split(';').filter((name) => name !== '');
  return Object.fromEntries(names.map((name) => [name, { en_US: name, zh_Hans: name }]));
}
