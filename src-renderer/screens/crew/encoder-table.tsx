import { Accordion, Group, Table, Text } from '@mantine/core';
import { CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { notTriedYet, type TriedEncoder } from '#shared/model/node.ts';
import { useAmounts } from '../../components/amount.tsx';
import { framesAtFullHd } from './node-state.ts';

/** Which encoders work on a machine and how fast, and why the others do not. */
export function EncoderTable({ encoders }: { encoders: readonly TriedEncoder[] }) {
  const { t } = useTranslation('crew');
  const amounts = useAmounts();
  const working = encoders.filter(({ works }) => works);
  const failed = encoders.filter(({ works }) => !works);
  const others = working.filter(({ name }) => !isForFilms(name)).map(({ name }) => name);
  return (
    <>
      <Table withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('can.encoder')}</Table.Th>
            <Table.Th scope="col">{t('can.result')}</Table.Th>
            <Table.Th scope="col" ta="end">
              {t('can.speed')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {working
            .filter(({ name }) => isForFilms(name))
            .map(({ name, megapixelsPerSec }) => (
              <Table.Tr key={name}>
                <Table.Td ff="monospace">{name}</Table.Td>
                <Table.Td>
                  <Works />
                </Table.Td>
                <Table.Td ta="end">
                  {megapixelsPerSec === null
                    ? t('can.notMeasured')
                    : t('fps', { fps: amounts.count(framesAtFullHd(megapixelsPerSec)) })}
                </Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
      {failed.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('can.noneFailed')}
        </Text>
      ) : null}
      {failed.length + others.length === 0 ? null : (
        <Accordion variant="contained">
          {failed.length === 0 ? null : (
            <Accordion.Item value="failed">
              <Accordion.Control>{t('can.failedCount', { count: failed.length })}</Accordion.Control>
              <Accordion.Panel>
                <FailedEncoders encoders={failed} />
              </Accordion.Panel>
            </Accordion.Item>
          )}
          {others.length === 0 ? null : (
            <Accordion.Item value="others">
              <Accordion.Control>{t('can.others', { count: others.length })}</Accordion.Control>
              <Accordion.Panel>
                <Text size="sm" ff="monospace">
                  {others.join(' ')}
                </Text>
              </Accordion.Panel>
            </Accordion.Item>
          )}
        </Accordion>
      )}
    </>
  );
}

/** FFmpeg lists a hundred, most of them for formats of other times. */
function isForFilms(name: string): boolean {
  return /^(?:libx26[45]|libsvtav1|libaom-av1|librav1e|libvpx-vp9|(?:h264|hevc|av1|vp9)_.+)$/.test(name);
}

function FailedEncoders({ encoders }: { encoders: readonly TriedEncoder[] }) {
  const { t } = useTranslation('crew');
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t('can.encoder')}</Table.Th>
          <Table.Th scope="col">{t('can.reason')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {encoders.map(({ name, reason }) => (
          <Table.Tr key={name}>
            <Table.Td ff="monospace">{name}</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {reason === notTriedYet ? t('can.waiting') : (reason ?? t('can.failed'))}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Works() {
  const { t } = useTranslation('crew');
  return (
    <Group gap={6} wrap="nowrap">
      <CircleCheck size={16} aria-hidden color="var(--mantine-color-green-text)" />
      {t('can.works')}
    </Group>
  );
}
