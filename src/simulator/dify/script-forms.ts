import type { HumanForm, HumanInput, Step } from './steps.ts';
import { inNodes, isFlow, pick, say, type Talk } from './talk.ts';

/** Asks a person before going on; releases and modes without Human Input just answer. */
export function askPerson(talk: Talk, web: boolean): Step[] {
  if (!talk.flavour.humanInput || !isFlow(talk)) return inNodes(talk, say(talk, talk.text));
  const text = pick(
    talk,
    '采购单已经整理好，需要先确认。\n\n',
    'The purchase is ready and needs a decision first.\n\n',
  );
  return [...say(talk, text), { kind: 'pause', form: formOf(talk, web) }];
}

/** As {@link askPerson}, with a form that is filled in by choosing and pressing; a remark is there already. */
export function letDecide(talk: Talk): Step[] {
  if (!talk.flavour.humanInput || !isFlow(talk)) return inNodes(talk, say(talk, talk.text));
  const remark: HumanInput = {
    type: 'paragraph',
    output_variable_name: 'remark',
    default: { type: 'constant', selector: [], value: pick(talk, '按预算', 'within the budget') },
  };
  const content = pick(talk, '买哪一种：**27 寸**还是 **32 寸**？', 'Which ones: **27"** or **32"**?');
  const form: HumanForm = {
    ...formOf(talk, true),
    content: `${content}\n\n{{#$output.size#}}`,
    inputs: [choice('size', ['27', '32']), remark],
    afterwards: (action, { size, remark: said }) =>
      say(
        talk,
        pick(
          talk,
          `${action}：${String(size)} 寸（${String(said)}）。`,
          `${action}: ${String(size)}" (${String(said)}).`,
        ),
      ),
  };
  return [
    ...say(talk, pick(talk, '找到两种显示器。\n\n', 'There are two kinds of screens.\n\n')),
    { kind: 'pause', form },
  ];
}

function formOf(talk: Talk, web: boolean): HumanForm {
  return {
    content: pick(
      talk,
      '请确认这笔采购：**显示器 3 台，4,500 元**。\n\n理由：{{#$output.reason#}}\n\n紧急程度：{{#$output.urgency#}}',
      'Please decide: **3 screens, 4,500 yuan**.\n\nReason: {{#$output.reason#}}\n\nUrgency: {{#$output.urgency#}}',
    ),
    inputs: [paragraph('reason'), choice('urgency', ['low', 'high']), attachment('receipt')],
    actions: [
      { id: 'approve', title: pick(talk, '同意', 'Approve'), button_style: 'primary' },
      { id: 'reject', title: pick(talk, '驳回', 'Reject'), button_style: 'ghost' },
    ],
    web,
    afterwards: (action, inputs) => say(talk, decided(talk, action, inputs)),
    afterTimeout: () =>
      say(talk, pick(talk, '没有人及时确认，采购已取消。', 'Nobody decided in time; the purchase is cancelled.')),
  };
}

function decided(talk: Talk, action: string, inputs: Readonly<Record<string, unknown>>): string {
  const reason = typeof inputs.reason === 'string' ? inputs.reason : '';
  if (action === 'approve')
    return pick(talk, `已同意（${reason}），采购单已提交。`, `Approved (${reason}); the order is placed.`);
  return pick(talk, `已驳回（${reason}）。`, `Rejected (${reason}).`);
}

function paragraph(name: string): HumanInput {
  return { type: 'paragraph', output_variable_name: name, default: { type: 'constant', selector: [], value: '' } };
}

function choice(name: string, options: readonly string[]): HumanInput {
  return {
    type: 'select',
    output_variable_name: name,
    option_source: { type: 'constant', selector: [], value: options },
  };
}

function attachment(name: string): HumanInput {
  const allowed = {
    allowed_file_types: ['image', 'document'],
    allowed_file_extensions: [],
    allowed_file_upload_methods: ['local_file'],
  };
  return { type: 'file', output_variable_name: name, ...allowed, number_limits: 1 };
}
