import { describe, expect, it } from 'vitest';
import { fillForm } from './approval-form.ts';
import type { ApprovalTemplate, FormField, FormValues } from './approvals.ts';
import { id } from './ids.ts';

const field = (label: string, more: Partial<FormField>): FormField => ({
  id: `id-${label}`,
  label,
  kind: 'text',
  required: false,
  vendorKind: 'input',
  ...more,
});

const TEMPLATE: ApprovalTemplate = {
  code: id('T-1'),
  name: 'Access',
  fields: [
    field('Reason', { required: true }),
    field('Days', { kind: 'number' }),
    field('Start', { kind: 'date' }),
    field('At', { kind: 'date', toTheMinute: true }),
    field('While', { kind: 'date-range' }),
    field('Role', { kind: 'choice', options: [{ id: 'o1', label: 'Reader' }] }),
    field('Groups', {
      kind: 'choices',
      options: [
        { id: 'g1', label: 'A' },
        { id: 'g2', label: 'B' },
      ],
    }),
    field('For', { kind: 'people' }),
    field('Read me', { kind: 'note', required: true }),
    field('Receipt', { kind: 'other', vendorKind: 'attachment' }),
  ],
};

describe('filling an approval’s form', () => {
  const fill = (values: FormValues) => fillForm(TEMPLATE, { Reason: 'work', ...values });
  const valueOf = (values: FormValues) => fill(values).at(-1)?.value;

  it('takes each kind of value, by label or by id, in the form’s order', () => {
    expect(fill({ 'id-Days': 3 }).map(({ field: { label } }) => label)).toEqual(['Reason', 'Days']);
    expect(valueOf({ Days: '2.5' })).toEqual({ kind: 'number', number: 2.5 });
    expect(valueOf({ Start: '2026-02-28' })).toEqual({ kind: 'date', date: '2026-02-28' });
    expect(valueOf({ At: '2026-02-28T09:30' })).toEqual({ kind: 'date', date: '2026-02-28T09:30' });
    expect(valueOf({ While: { from: '2026-01-02', to: '2026-01-03' } })).toMatchObject({ from: '2026-01-02' });
    expect(valueOf({ Role: 'Reader' })).toEqual({ kind: 'options', options: [{ id: 'o1', label: 'Reader' }] });
    expect(valueOf({ Groups: ['g2', 'A'] })).toMatchObject({ options: [{ id: 'g2' }, { id: 'g1' }] });
    expect(valueOf({ For: 'u-1' })).toEqual({ kind: 'ids', ids: ['u-1'] });
  });

  it.each<[string, FormValues, string]>([
    ['a field there is not', { Reazon: 'x' }, 'Reazon'],
    ['a number that is none', { Days: 'three' }, 'Days'],
    ['a day there is not', { Start: '2026-02-31' }, 'Start'],
    ['a day in another form', { Start: '31.12.2026' }, 'Start'],
    ['a day where a minute is asked for', { At: '2026-02-28' }, 'At'],
    ['an end before its beginning', { While: { from: '2026-01-03', to: '2026-01-02' } }, 'While'],
    ['an option there is not', { Role: 'Owner' }, 'Role'],
    ['a list for a text', { Reason: ['a'] }, 'Reason'],
    ['a kind that we do not fill', { Receipt: 'x' }, 'Receipt'],
    ['nothing where something must be', { Reason: '' }, 'Reason'],
  ])('refuses %s, and names the field', (_, values, name) => {
    expect(() => fill(values)).toThrow(
      expect.objectContaining({ code: 'approval_form_invalid', details: { field: name } }),
    );
  });

  it('does not say what was written', () => {
    expect(() => fill({ Days: 'my secret' })).toThrow('Days');
    expect(() => fill({ Days: 'my secret' })).not.toThrow(/secret/);
  });
});
