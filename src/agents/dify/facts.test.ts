import { describe, expect, it } from 'vitest';
import { categoryOf, modeOf, readFacts } from './facts.ts';

/** Bodies of `GET /parameters` as the API reference has them. */
const CHAT = {
  opening_statement: 'Hi {{user_name}}!',
  suggested_questions: ['What can you do?', ''],
  suggested_questions_after_answer: { enabled: true },
  retriever_resource: { enabled: true },
  user_input_form: [
    { 'text-input': { variable: 'city', label: 'City', required: true, max_length: 48, default: '' } },
    { select: { variable: 'tone', label: 'Tone', required: false, options: ['short', 'long'], default: 'short' } },
    { number: { variable: 'age', label: 'Age', required: false, default: 3 } },
    {
      'file-list': {
        variable: 'docs',
        label: 'Docs',
        max_length: 4,
        allowed_file_types: ['document'],
        allowed_file_upload_methods: ['local_file'],
      },
    },
    { file: { variable: 'link', label: 'Link', allowed_file_upload_methods: ['remote_url'] } },
    'nonsense',
  ],
  file_upload: {
    enabled: true,
    allowed_file_types: ['image', 'custom'],
    allowed_file_extensions: ['.DWG'],
    allowed_file_upload_methods: ['local_file', 'remote_url'],
    number_limits: 5,
    image: { enabled: false },
  },
  system_parameters: { image_file_size_limit: 20, file_size_limit: '30' },
};

describe('what a Dify app says of itself', () => {
  it('is read once, into our own words', () => {
    const facts = readFacts('chat', { name: 'Helper', mode: 'chat' }, CHAT);
    expect(facts).toMatchObject({
      mode: 'chat',
      name: 'Helper',
      suggested: ['What can you do?'],
      suggests: true,
      cites: true,
      files: { types: ['image', 'custom'], extensions: ['dwg'], count: 5 },
    });
    expect(facts.maxBytes).toMatchObject({ image: 20 * 2 ** 20, document: 30 * 2 ** 20, video: 100 * 2 ** 20 });
  });

  it('has the variables with their types, limits and defaults', () => {
    const { variables } = readFacts('chat', {}, CHAT);
    expect(variables).toMatchObject([
      { name: 'city', type: 'text-input', required: true, maxLength: 48 },
      { name: 'tone', options: ['short', 'long'], default: 'short' },
      { name: 'age', type: 'number', default: '3' },
      { name: 'docs', files: { types: ['document'], count: 4 } },
      { name: 'link', type: 'file' },
    ]);
    expect(variables[0]).not.toHaveProperty('default');
    // It takes links only, and ours would be private ones.
    expect(variables[4]).not.toHaveProperty('files');
  });

  it('may be as little as old releases say', () => {
    const old = { file_upload: { image: { enabled: true, number_limits: 3, transfer_methods: ['local_file'] } } };
    expect(readFacts('chat', {}, old).files).toEqual({ types: ['image'], extensions: [], count: 3 });
    expect(readFacts('chat', {}, {})).toMatchObject({ opening: '', suggested: [], suggests: false, variables: [] });
    expect(readFacts('chat', undefined, null)).not.toHaveProperty('files');
  });

  it('has a mode that we know, or none', () => {
    expect(modeOf({ mode: 'advanced-chat' })).toBe('advanced-chat');
    expect(modeOf({ mode: 'brand-new' })).toBeUndefined();
    expect(modeOf({})).toBeUndefined();
  });

  it.each([
    ['png', 'image'],
    ['pdf', 'document'],
    ['amr', 'audio'],
    ['mp4', 'video'],
    ['opus', 'custom'],
    ['', 'custom'],
  ])('counts .%s as %s', (extension, category) => expect(categoryOf(extension)).toBe(category));
});
