import type { ApprovalPort, ApprovalReading, ApprovalTemplate, StartApproval } from '../../src/core/approvals.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { type ApprovalInstance, id } from '../../src/core/ids.ts';
import { HttpError } from '../../src/lib/http-error.ts';
import { mayLeave } from '../../src/lib/last-look.ts';

export const PAPER_TEMPLATE: ApprovalTemplate = {
  code: id('T-paper'),
  name: 'Access',
  fields: [{ id: 'reason', label: 'Reason', kind: 'text', required: true, vendorKind: 'text' }],
};

/** Approvals on a sheet of paper; what was started stays, and stands as a test says. */
export class PaperApprovals implements ApprovalPort {
  readonly started: StartApproval[] = [];
  readonly canceled: ApprovalInstance[] = [];
  /** How each stands, by its instance (`pi-1`, `pi-2`, …). */
  readonly readings = new Map<string, ApprovalReading>();
  /** Called before a call takes effect; throws to make it fail, waits to make it slow. */
  before: (call: 'template' | 'start' | 'find' | 'read') => void | Promise<void> = () => undefined;
  /** Called when an approval is there; throws to lose the answer. */
  afterStart: () => void | Promise<void> = () => undefined;

  async templates() {
    return [PAPER_TEMPLATE];
  }

  async template(code: string): Promise<ApprovalTemplate> {
    await this.before('template');
    if (code !== PAPER_TEMPLATE.code) throw new GatewayError('approval_template_unknown', 'no such paper');
    return PAPER_TEMPLATE;
  }

  async start(request: StartApproval, signal: AbortSignal): Promise<ApprovalInstance> {
    await this.before('start');
    holdBackUnlessSure(signal);
    this.started.push(request);
    const instance: ApprovalInstance = id(`pi-${this.started.length}`);
    this.readings.set(instance, { state: 'running', decisions: [], waitingFor: [id('zhao')] });
    await this.afterStart();
    return instance;
  }

  async find(request: StartApproval): Promise<readonly ApprovalInstance[]> {
    await this.before('find');
    const wanted = JSON.stringify(request.form);
    return this.started.flatMap(({ form }, at) =>
      JSON.stringify(form) === wanted ? [id<ApprovalInstance>(`pi-${at + 1}`)] : [],
    );
  }

  async read(instance: ApprovalInstance): Promise<ApprovalReading> {
    await this.before('read');
    const reading = this.readings.get(instance);
    if (!reading) throw new GatewayError('approval_unknown', 'no such paper');
    return reading;
  }

  async cancel({ instance }: { readonly instance: ApprovalInstance }): Promise<void> {
    this.canceled.push(instance);
  }
}

/** As whatever calls a vendor does, in the moment in which the call would leave. */
export function holdBackUnlessSure(signal: AbortSignal): void {
  if (mayLeave(signal)) return;
  throw new GatewayError('platform_unavailable', 'held back', { cause: new HttpError('held-back', 'not sent') });
}
