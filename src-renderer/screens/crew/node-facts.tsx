import { useTranslation } from 'react-i18next';
import type { NodeOffer } from '#shared/model/node.ts';
import type { NodeView } from '#shared/protocol/nodes.ts';
import { useAmounts } from '../../components/amount.tsx';
import classes from './crew.module.css';

/** What the machine is made of, as it says itself. */
export function NodeFacts({ node, offer }: { node: NodeView; offer: NodeOffer }) {
  const { t } = useTranslation('crew');
  const amounts = useAmounts();
  const { cores, cpuModel, gpus, diskFreeBytes, temperatureC } = offer;
  const facts: readonly (readonly [string, string | null])[] = [
    [
      t('facts.cpu'),
      cpuModel === null
        ? t('machine', { cores: amounts.count(cores) })
        : t('facts.cpuValue', { model: cpuModel, cores: amounts.count(cores) }),
    ],
    [t('facts.memory'), amounts.bytes(offer.memoryBytes)],
    [t('facts.gpu'), gpus.length === 0 ? t('facts.none') : gpus.map(({ model }) => model).join(', ')],
    [t('facts.disk'), diskFreeBytes === null ? null : amounts.bytes(diskFreeBytes)],
    [t('facts.heat'), temperatureC === null ? null : t('heat', { degrees: amounts.count(temperatureC) })],
    [t('facts.system'), offer.platform],
    [t('facts.ffmpeg'), offer.ffmpegVersion],
    [t('facts.version'), node.version],
    [t('facts.link'), node.linkBps === null ? null : amounts.bitrate(node.linkBps)],
    [t('facts.paired'), node.pairedAt === null ? null : amounts.dateTime(node.pairedAt)],
  ];
  return (
    <dl className={classes['facts']}>
      {facts.map(([name, value]) => (value === null ? null : <Fact key={name} name={name} value={value} />))}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
