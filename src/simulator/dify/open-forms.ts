import { type Call, requireUser, type World } from './call.ts';
import { seconds } from './clock.ts';
import { readFiles } from './inputs.ts';
import { type PlayHost, play } from './play.ts';
import { notFound, type Refusal, refusal } from './refusals.ts';
import type { OpenForm, Run } from './run.ts';
import type { HumanForm, HumanInput, Step } from './steps.ts';
import type { Wire } from './wire.ts';

/** A run at rest, and how it goes on. */
interface Waiting {
  readonly run: Run;
  readonly wire: Wire;
  readonly host: PlayHost;
}

/** Beside the form, for who submits it knows only the token. */
const WAITING = new WeakMap<OpenForm, Waiting>();

/** From a submission to the worker's next word: enough to open the stream of events meanwhile. */
const RESUME_MS = 500;

/** The run rests until a person has submitted the form, or its time is over. */
export function openForm(world: World, run: Run, wire: Wire, form: HumanForm, host: PlayHost): void {
  const { chance, clock, tuning, store } = world;
  const expiresAt = clock.now() + tuning.formLifeMs;
  const open: OpenForm = {
    id: chance.uuid(),
    token: chance.uuid().replaceAll('-', ''),
    form,
    expiresAt,
    state: 'open',
  };
  run.form = open;
  run.message.status = 'paused';
  run.message.answer = run.answer;
  store.forms.set(open.token, run);
  const waiting = { run, wire, host };
  WAITING.set(open, waiting);
  open.cancelTimeout = clock.after(tuning.formLifeMs, () => {
    open.state = 'expired';
    void goOn(waiting, form.afterTimeout(), () => wire.formTimedOut(open));
  });
  wire.pause(open);
  run.rest('paused');
  host.paused(run);
  run.endStreams();
}

async function goOn({ run, wire, host }: Waiting, steps: readonly Step[], first: () => void): Promise<void> {
  run.status = 'running';
  run.message.status = 'normal';
  host.resumed(run);
  await run.wait(RESUME_MS);
  if (!run.stopping) {
    wire.begin();
    first();
  }
  await play(run, wire, steps, host);
}

/** A stop of a run that waits for a person: it goes on only to end. */
export function stopPaused(run: Run): void {
  const waiting = run.form === undefined ? undefined : WAITING.get(run.form);
  if (run.status !== 'paused' || run.form === undefined || waiting === undefined) return;
  run.form.state = 'expired';
  run.form.cancelTimeout?.();
  run.stop();
  void goOn(waiting, [], () => undefined);
}

/** `GET /form/human_input/{form_token}` */
export function readForm(call: Call): void {
  const { form, expiresAt } = usableForm(call);
  call.send(200, {
    form_content: form.content,
    inputs: form.inputs,
    resolved_default_values: {},
    user_actions: form.actions,
    expiration_time: seconds(expiresAt),
  });
}

/** `POST /form/human_input/{form_token}`: the first to submit wins, whoever it is. */
export function submitForm(call: Call): void {
  const open = usableForm(call);
  const body = call.json();
  const user = requireUser(body.user);
  const { action } = body;
  if (typeof action !== 'string' || !open.form.actions.some(({ id }) => id === action)) throw badForm('action');
  if (typeof body.inputs !== 'object' || body.inputs === null) throw badForm('inputs');
  const inputs = body.inputs as Readonly<Record<string, unknown>>;
  for (const input of open.form.inputs) checkInput(call, user, input, inputs[input.output_variable_name]);
  open.state = 'submitted';
  open.cancelTimeout?.();
  const waiting = WAITING.get(open);
  if (waiting !== undefined) {
    void goOn(waiting, open.form.afterwards(action, inputs), () => waiting.wire.formFilled(open, action, inputs));
  }
  call.send(200, {});
}

/** @throws {Refusal} 404 for an unknown token, 412 for a form that was submitted or has run out. */
function usableForm({ world, app, params }: Call): OpenForm {
  const open = world.store.forms.get(params[0] ?? '')?.form;
  if (open === undefined || WAITING.get(open)?.run.app.id !== app.id) throw notFound('Form not found');
  if (!open.form.web) throw refusal(400, 'bad_request', 'Form recipient type is invalid');
  if (open.state === 'submitted')
    throw refusal(412, 'human_input_form_submitted', 'This form has already been submitted by another user');
  if (open.state === 'expired') throw refusal(412, 'human_input_form_expired', 'This form has expired');
  return open;
}

function checkInput(call: Call, user: string, input: HumanInput, value: unknown): void {
  const name = input.output_variable_name;
  if (input.type === 'file') {
    // The only one that may be left out: most approvals come without a receipt.
    if (value !== undefined) readFiles({ world: call.world, app: call.app, user }, [value]);
    return;
  }
  if (typeof value !== 'string' || value === '') throw badForm(name);
  const options = (input.option_source as { readonly value?: readonly string[] } | undefined)?.value;
  if (options !== undefined && !options.includes(value)) throw badForm(name);
}

function badForm(field: string): Refusal {
  return refusal(400, 'invalid_form_data', `Invalid form data: ${field} is missing or unknown`);
}
