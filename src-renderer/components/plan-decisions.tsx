import { Badge, Group, List, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { languageName } from '#shared/format/language.ts';
import type { Decision } from '#shared/model/plan.ts';
import type { SourceStream } from '#shared/protocol/plans.ts';

type Props = { decisions: readonly Decision[]; streams: readonly SourceStream[] };

/** Everything of the film that is dropped or changed, and why. */
export function PlanDecisions({ decisions, streams }: Props) {
  const { t } = useTranslation('plan');
  const dropped = decisions.filter(({ action }) => action === 'drop');
  const changed = decisions.filter(({ action }) => action !== 'drop' && action !== 'keep' && action !== 'copy');
  const kept = decisions.filter(({ action }) => action === 'keep' || action === 'copy');
  if (decisions.length === 0) return <Text size="sm">{t('nothingLost')}</Text>;
  return (
    <Stack gap="md">
      <Part title={t('dropped', { count: dropped.length })} decisions={dropped} streams={streams} />
      <Part title={t('changed', { count: changed.length })} decisions={changed} streams={streams} />
      <Part title={t('kept', { count: kept.length })} decisions={kept} streams={streams} />
    </Stack>
  );
}

function Part({ title, decisions, streams }: Props & { title: string }) {
  const { t } = useTranslation('plan');
  const subjectOf = useSubjects(streams);
  if (decisions.length === 0) return null;
  return (
    <section>
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      <List listStyleType="none" spacing={6}>
        {decisions.map(({ action, subject, because, detail }) => (
          <List.Item key={`${action} ${subject} ${because}`}>
            <Group gap={6}>
              <Text size="sm" fw={600}>
                {subjectOf(subject)}
              </Text>
              <Badge size="sm" variant="default" tt="none" fw={500}>
                {t(`action.${action}`)}
              </Badge>
            </Group>
            <Text size="sm">{t(`because.${because}`)}</Text>
            {detail === '' ? null : (
              <Text size="xs" c="dimmed" lang="en">
                {detail}
              </Text>
            )}
          </List.Item>
        ))}
      </List>
    </section>
  );
}

/** What a decision is about, as people call it: `Sound 2: German`. */
function useSubjects(streams: readonly SourceStream[]): (subject: string) => string {
  const { t, i18n } = useTranslation('plan');
  return (subject) => {
    const [what = '', of = ''] = subject.split(' ');
    if (what === 'rung') return of.replace('x', ' × ');
    if (what === 'source' || what === 'package' || what === 'chapters') return t(`subject.${what}`);
    const stream = what === 'stream' ? streams.find(({ index }) => index === Number(of)) : undefined;
    if (stream === undefined) return subject;
    const ofKind = streams.filter(({ kind }) => kind === stream.kind);
    const number = ofKind.length > 1 ? ` ${ofKind.indexOf(stream) + 1}` : '';
    const about = [
      stream.language === null ? '' : languageName(stream.language, i18n.language),
      stream.title === null ? '' : `“${stream.title}”`,
      stream.width === null ? '' : `${stream.width} × ${stream.height}`,
    ].filter((one) => one !== '');
    const name = `${t(`subject.${stream.kind}`)}${number}`;
    return about.length === 0 ? name : `${name}: ${about.join(', ')}`;
  };
}
