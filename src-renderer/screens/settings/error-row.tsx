import { Badge, Button, Code, Group, Stack, Text } from '@mantine/core';
import { Info, OctagonX, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorEventView } from '#shared/protocol/errors.ts';
import { Ago } from '../../components/ago.tsx';
import classes from './settings.module.css';

const looks = {
  warning: { color: 'yellow', Icon: Info },
  error: { color: 'red', Icon: TriangleAlert },
  critical: { color: 'red', Icon: OctagonX },
  fatal: { color: 'red', Icon: OctagonX },
} as const;

export type ErrorRowProps = { event: ErrorEventView; onResolve: () => void };

/** One error: what, where, how often; its trace for whoever mends it. */
export function ErrorRow({ event, onResolve }: ErrorRowProps) {
  const { t } = useTranslation('settings');
  const [isOpen, setOpen] = useState(false);
  const { severity, message, sourceComponent, occurrences, lastAt, stackTrace, context, resolved } = event;
  const { color, Icon } = looks[severity];
  const facts = Object.keys(context).length === 0 ? null : JSON.stringify(context, null, 2);
  const details = [stackTrace, facts].filter((part) => part !== null && part !== '').join('\n\n');
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Badge
          className="state-badge"
          variant="light"
          color={color}
          tt="none"
          leftSection={<Icon size={13} aria-hidden />}
        >
          {t(`severity.${severity}`)}
        </Badge>
        <Text size="sm" c="dimmed">
          {sourceName(sourceComponent, t('errors.page'), t('errors.server'), t('errors.node'))}
          {' · '}
          <Ago at={lastAt} />
          {occurrences > 1 ? ` · ${t('errors.times', { count: occurrences })}` : null}
        </Text>
      </Group>
      <Text size="sm" className={classes['wrap']}>
        {message}
      </Text>
      <Group gap="xs">
        <Button variant="default" size="xs" onClick={onResolve}>
          {t(resolved ? 'errors.reopen' : 'errors.resolve')}
        </Button>
        {details === '' ? null : (
          <Button variant="subtle" size="xs" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {t(isOpen ? 'errors.hide' : 'errors.show')}
          </Button>
        )}
      </Group>
      {isOpen ? (
        <Code block tabIndex={0} aria-label={t('errors.show')} role="region">
          {details}
        </Code>
      ) : null}
    </Stack>
  );
}

function sourceName(source: string, page: string, server: string, node: string): string {
  if (source === 'frontend') return page;
  if (source === 'server') return server;
  return source.startsWith('node:') ? node : source;
}
