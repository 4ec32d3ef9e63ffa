import { expect, test } from 'vitest';
import { nodeOffer } from '#shared/model/node.ts';
import { offer } from '#tests/helpers/node-offer.ts';

test('a node that rests is told in words by its sign, and in its own where another version has none or another', () => {
  const resting = { ...offer, busy: 'it runs on battery' };
  const { busySign: _, ...older } = resting;
  expect(nodeOffer.parse(older)).toEqual({ ...resting, busySign: null });
  expect(nodeOffer.parse({ ...resting, busySign: 'solar-storm' })).toEqual({ ...resting, busySign: null });
  expect(nodeOffer.parse({ ...resting, busySign: 'battery' })).toEqual({ ...resting, busySign: 'battery' });
});
