import { describe, expect, it } from 'vitest';
import { FeishuError, failureOf, refusal, vendorCodeOf } from './errors.ts';

// Every code of the vendor's pages that we have a sheet for, by the group of its page.
const SHEET: Readonly<Record<string, readonly number[]>> = {
  tokens: [
    99991661, 99991663, 99991664, 99991665, 99991668, 99991671, 99991672, 99991673, 99991662, 99991677, 99991679,
    99991401, 10003, 10014, 10015, 99991543, 99992351, 99992352, 99992361, 99992364, 99992402, 99991400,
  ],
  callbacks: [
    200340, 200341, 200342, 200343, 200530, 200671, 200672, 200673, 200080, 300000, 200830, 300020, 300030, 300040,
    300090, 200310, 100000, 11311,
  ],
  'long connection': [1, 403, 514, 1000040343, 1000040350],
  messages: [
    230001, 230002, 230006, 230009, 230011, 230013, 230015, 230017, 230018, 230019, 230020, 230022, 230025, 230026,
    230027, 230028, 230029, 230031, 230034, 230035, 230036, 230038, 230049, 230050, 230053, 230054, 230055, 230061,
    230071, 230072, 230073, 230074, 230075, 230099, 230110, 231003, 232009,
  ],
  'card causes': [
    11310, 100290, 200380, 200381, 200550, 200570, 200621, 200732, 200737, 200861, 200914, 200915, 300220, 300240,
  ],
  throttling: [99991400, 230020, 232019, 190005, 1000004, 1000005, 11232, 11233, 11247],
  cardkit: [
    10002, 200220, 200740, 200750, 200770, 200810, 200850, 200860, 300120, 300121, 300122, 300301, 300302, 300303,
    300305, 300307, 300309, 300310, 300311, 300312, 300313, 300314, 300315, 300317,
  ],
  resources: [
    234001, 234002, 234003, 234004, 234006, 234007, 234009, 234010, 234011, 234037, 234038, 234039, 234040, 234043,
  ],
  documents: [
    1770001, 1770002, 1770003, 1770032, 1770033, 1771001, 131001, 131005, 131006, 131012, 131013, 131014, 131016,
    1063001, 1063002, 1063003, 1063004, 1063005, 1063006, 1066001, 1066002,
  ],
  people: [40003, 41050, 41012],
  approvals: [1390001, 1390002, 1390003, 1390007, 1390011, 60012, 1395001],
  'group robots': [19021, 19022, 19024, 9499, 19001, 19002, 19036, 11232],
  'sign-in': [
    20001, 20002, 20003, 20004, 20005, 20008, 20010, 20021, 20022, 20023, 20024, 20026, 20027, 20036, 20037, 20048,
    20049, 20050, 20063, 20064, 20065, 20066, 20067, 20068, 20069, 20070, 20071, 20072, 20073,
  ],
};

// An HTTP status that stands for no code of ours: what is found then comes from the table.
const MARK = 503;

describe('the vendor’s codes', () => {
  it.each(Object.entries(SHEET))('of %s all have one of ours', (_, codes) => {
    const unknown = codes.filter(
      (code) => failureOf(code, MARK) === failureOf(1234567, MARK) && !REALLY_DOWN.has(code),
    );
    expect(unknown).toEqual([]);
  });

  it.each([
    [99991400, 'platform_throttled'],
    [230020, 'platform_throttled'],
    [230049, 'platform_unavailable'],
    [99991663, 'platform_token_invalid'],
    [230002, 'platform_target_gone'],
    [230011, 'platform_target_gone'],
    [230029, 'platform_target_gone'],
    [230053, 'platform_target_gone'],
    [230110, 'platform_target_gone'],
    [231003, 'platform_target_gone'],
    [232009, 'platform_target_gone'],
    [230099, 'platform_content_refused'],
    [230025, 'platform_content_refused'],
    [230022, 'platform_content_refused'],
    [230028, 'platform_content_refused'],
    [230006, 'platform_misconfigured'],
    [230013, 'platform_forbidden'],
    [230018, 'platform_forbidden'],
    [99991672, 'platform_forbidden'],
  ])('%i means %s', (code, failure) => {
    expect(failureOf(code, 400)).toBe(failure);
  });

  it.each([
    [429, 'platform_throttled'],
    [500, 'platform_unavailable'],
    [502, 'platform_unavailable'],
    [401, 'platform_token_invalid'],
    [403, 'platform_forbidden'],
    [400, 'platform_rejected'],
    [200, 'platform_rejected'],
  ])('that no page lists go by HTTP %i: %s', (status, failure) => {
    expect(failureOf(123456, status)).toBe(failure);
  });
});

const REALLY_DOWN = new Set([
  200810, 230049, 200220, 300120, 1, 1000040343, 1771001, 1066001, 1066002, 1395001, 20050, 20072,
]);

describe('a refusal', () => {
  const REFUSED = { api: 'message.reply', status: 400, code: 230099, message: '', logId: 'log-1', resetMs: 0 };

  it('of a card takes the code of its cause', () => {
    const error = refusal({ ...REFUSED, message: 'Failed to create card content, ext=ErrCode: 200861; ErrMsg: x' });
    expect(error).toBeInstanceOf(FeishuError);
    expect(error).toMatchObject({ code: 'platform_content_refused', vendorCode: 200861 });
    expect(error.message).toBe('message.reply: code 200861 (230099), HTTP 400, log id log-1');
  });

  it('for want of a scope names the scopes', () => {
    const message = 'Access denied. One of the following scopes is required: [im:message, im:message:send_as_bot].';
    const error = refusal({ ...REFUSED, code: 99991672, message });
    expect(error.message).toContain('one of these scopes is missing: im:message, im:message:send_as_bot');
  });

  it('for going too fast says how long to wait', () => {
    expect(refusal({ ...REFUSED, code: 99991400, resetMs: 7000 })).toMatchObject({ retryAfterMs: 7000 });
    expect(refusal({ ...REFUSED, code: 230020 })).toMatchObject({ retryAfterMs: 1000 });
  });

  it('never repeats the vendor’s words, which may quote what was sent', () => {
    expect(refusal({ ...REFUSED, code: 230001, message: 'bad text: my secret' }).message).not.toContain('secret');
  });

  it('keeps the vendor’s code for the adapter', () => {
    expect(vendorCodeOf(refusal({ ...REFUSED, code: 300317 }))).toBe(300317);
    expect(vendorCodeOf(new Error('other'))).toBeUndefined();
  });
});
