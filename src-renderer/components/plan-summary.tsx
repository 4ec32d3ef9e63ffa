import { Badge, Flex, Stack, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { languageName } from '#shared/format/language.ts';
import type { PlanView } from '#shared/protocol/plans.ts';
import { useAmounts } from './amount.tsx';
import { PlanDecisions } from './plan-decisions.tsx';
import { ServerSays } from './server-says.tsx';
import { useFindingWords } from './server-words.ts';

/** What will be made of a film, how large and how long it will likely be, and what is not as it was. */
export function PlanSummary({ plan }: { plan: PlanView }) {
  const { t } = useTranslation('plan');
  const amounts = useAmounts();
  const findingWords = useFindingWords();
  const size = amounts.bytes(plan.estimatedBytes);
  const facts = [
    [t('length'), amounts.duration(plan.durationSec)],
    [t('size'), t(plan.isAtMost ? 'atMost' : 'about', { amount: size })],
    [t('time'), plan.encodeSec === null ? t('timeUnknown') : t('about', { amount: amounts.roughly(plan.encodeSec) })],
  ] as const;
  return (
    <Stack gap="md">
      <Flex component="dl" wrap="wrap" rowGap="xs" columnGap="xl" m={0}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0} fw={600}>
              {value}
            </Text>
          </div>
        ))}
      </Flex>
      <Made plan={plan} />
      {plan.findings.map((finding) => (
        <div key={`${finding.code} ${finding.message}`}>
          <ServerSays said={findingWords({ ...finding, where: null })} />
        </div>
      ))}
      <PlanDecisions decisions={plan.decisions} streams={plan.source.streams} />
    </Stack>
  );
}

function Made({ plan }: { plan: PlanView }) {
  const { t, i18n } = useTranslation('plan');
  const amounts = useAmounts();
  const language = (code: string | null): string =>
    code === null ? t('languageUnknown') : languageName(code, i18n.language);
  const { thumbnails, chapters, attachments, original } = plan.extras;
  const extras = [
    ...(thumbnails > 0 ? [t('thumbnails', { count: thumbnails })] : []),
    ...(chapters > 0 ? [t('chapters', { count: chapters })] : []),
    ...(attachments > 0 ? [t('attachments', { count: attachments })] : []),
    ...(original ? [t('original')] : []),
  ];
  return (
    <Table verticalSpacing={6} horizontalSpacing="xs" layout="fixed" withRowBorders={false}>
      <Table.Tbody>
        <Row name={t('picture')}>
          {plan.video.map(({ id, width, height, codec, encoder, dynamicRange, peakBps, targetBps }) => (
            <Line
              key={id}
              main={`${width} × ${height}`}
              badge={dynamicRange === 'sdr' ? null : 'HDR'}
              more={[
                codec === 'other' ? encoder : codecNames[codec],
                bitrate(peakBps, targetBps, amounts.bitrate, (amount) => t('atMost', { amount })),
              ]}
            />
          ))}
        </Row>
        <Row name={t('sound')}>
          {plan.audio.length === 0 ? <Text size="sm">{t('noSound')}</Text> : null}
          {plan.audio.map((track) => (
            <Line
              key={track.id}
              main={track.name === '' ? language(track.language) : track.name}
              badge={track.isDefault ? t('default') : null}
              more={[
                track.isCopy ? t('copied', { codec: track.codec.toUpperCase() }) : track.codec.toUpperCase(),
                channels(track.channels, t('stereo'), t('mono')),
                track.bitrateBps === null ? '' : amounts.bitrate(track.bitrateBps),
              ]}
            />
          ))}
        </Row>
        {plan.subtitles.length === 0 ? null : (
          <Row name={t('subtitles')}>
            {plan.subtitles.map(({ id, language: code, name, kind, formats, isDefault }) => (
              <Line
                key={id}
                main={name === '' ? language(code) : name}
                badge={isDefault ? t('default') : null}
                more={[kind === 'full' ? '' : t(`kind.${kind}`), formats.join(', ').toUpperCase()]}
              />
            ))}
          </Row>
        )}
        {extras.length === 0 ? null : (
          <Row name={t('extras')}>
            <Text size="sm">{extras.join(', ')}</Text>
          </Row>
        )}
      </Table.Tbody>
    </Table>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" w={90} pl={0} fw={400} c="dimmed" fz="sm" style={{ verticalAlign: 'top' }}>
        {name}
      </Table.Th>
      <Table.Td>
        <Stack gap={4}>{children}</Stack>
      </Table.Td>
    </Table.Tr>
  );
}

function Line({ main, badge, more }: { main: string; badge: string | null; more: readonly string[] }) {
  return (
    <Text size="sm" component="div">
      <Text span inherit fw={600}>
        {main}
      </Text>{' '}
      {badge === null ? null : (
        <Badge size="sm" variant="default" tt="none" fw={500}>
          {badge}
        </Badge>
      )}{' '}
      <Text span inherit c="dimmed">
        {more.filter((one) => one !== '').join(' · ')}
      </Text>
    </Text>
  );
}

const codecNames = { h264: 'H.264', hevc: 'HEVC', av1: 'AV1', vp9: 'VP9' } as const;

function bitrate(
  peakBps: number | null,
  targetBps: number | null,
  text: (bps: number) => string,
  atMost: (amount: string) => string,
): string {
  if (targetBps !== null) return text(targetBps);
  return peakBps === null ? '' : atMost(text(peakBps));
}

function channels(count: number | null, stereo: string, mono: string): string {
  switch (count) {
    case null:
      return '';
    case 1:
      return mono;
    case 2:
      return stereo;
    default:
      return count >= 6 ? `${count - 1}.1` : `${count}.0`;
  }
}
