import { expect, test } from 'vitest';
import { inParallel } from '#main/platform/in-parallel.ts';

test('answers in the order of the items, with never more at once than allowed', async () => {
  let running = 0;
  let most = 0;
  const answers = await inParallel([5, 1, 4, 2, 3], 2, async (item) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
    running -= 1;
    return item * 10;
  });
  expect({ answers, most }).toEqual({ answers: [50, 10, 40, 20, 30], most: 2 });
});

test('after a failure nothing new is begun, and what runs is waited for', async () => {
  const ended: number[] = [];
  const work = async (item: number): Promise<void> => {
    await Promise.resolve();
    if (item === 1) throw new Error('one');
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    ended.push(item);
  };
  await expect(inParallel([0, 1, 2, 3], 2, work)).rejects.toThrow('one');
  expect(ended).toEqual([0]);
});

test('no items are no work', async () => {
  expect(await inParallel([], 4, () => Promise.reject(new Error('never')))).toEqual([]);
});
