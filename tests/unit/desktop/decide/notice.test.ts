import { expect, test } from 'vitest';
import { isShown, noticeOf, type WorkNews } from '#main/desktop/decide/notice.ts';
import { en } from '#main/desktop/decide/words/en.ts';

test.each<[WorkNews, unknown]>([
  [
    { kind: 'job-completed', jobId: 'j1', title: 'My Film' },
    { title: 'A film is finished', body: 'My Film', to: '/jobs/j1', isUrgent: false },
  ],
  [
    { kind: 'job-failed', jobId: 'j/1', title: 'My Film', message: 'the disk is full' },
    { title: 'A film failed', body: 'My Film: the disk is full', to: '/jobs/j%2F1', isUrgent: false },
  ],
  [
    { kind: 'node-found', name: 'den' },
    {
      title: 'A machine wants to help',
      body: 'den is on your network and can be paired.',
      to: '/crew',
      isUrgent: false,
    },
  ],
  [
    { kind: 'node-joined', nodeId: 'n1', name: 'den' },
    { title: 'A machine has joined', body: 'den', to: '/crew/n1', isUrgent: false },
  ],
  [
    { kind: 'pairing-asked', name: 'attic', digits: '123456' },
    { title: 'A server wants this machine', body: 'attic shows 123 456? Then confirm there.', to: '/', isUrgent: true },
  ],
  [
    { kind: 'paired', name: 'attic' },
    { title: 'Paired', body: 'This machine now works for attic.', to: '/', isUrgent: false },
  ],
  [
    { kind: 'broken', message: 'no FFmpeg' },
    { title: 'Encrew has stopped working', body: 'no FFmpeg', to: '/', isUrgent: true },
  ],
])('what is said of %j', (news, expected) => {
  expect(noticeOf(news, en)).toEqual(expected);
});

test('a name of a stranger can’t fill the screen', () => {
  const { body } = noticeOf({ kind: 'node-joined', nodeId: 'n', name: '🎬'.repeat(500) }, en);
  expect(body).toBe(`${'🎬'.repeat(159)}…`);
});

test('who looks at the window is not told again, unless something is asked of them', () => {
  const plain = noticeOf({ kind: 'paired', name: 'attic' }, en);
  const urgent = noticeOf({ kind: 'pairing-asked', name: 'attic', digits: '123456' }, en);
  const shown = (wanted: boolean, isLooking: boolean) =>
    [plain, urgent].map((one) => isShown(one, { wanted, isLooking }));
  expect([shown(true, false), shown(true, true), shown(false, false)]).toEqual([
    [true, true],
    [false, true],
    [false, false],
  ]);
});
