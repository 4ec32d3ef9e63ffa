import { Badge, Button, EmptyState, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TokenView } from '#shared/protocol/tokens.ts';
import { Ago, useNowMs } from '../../components/ago.tsx';
import { useAmounts } from '../../components/amount.tsx';
import { Fault } from '../../components/fault.tsx';
import { Row, Rows, RowsToCome } from '../../components/rows.tsx';
import { useSession } from '../../data/session.ts';
import { tokensQuery, useRevokeToken } from '../../data/tokens.ts';
import { askFirst } from './ask-first.tsx';
import { NewToken } from './new-token.tsx';
import classes from './settings.module.css';

/** Tokens for scripts: one's own; an admin sees everybody's. */
export function TokensSection() {
  const { t } = useTranslation('settings');
  const tokens = useQuery(tokensQuery);
  const revoke = useRevokeToken();
  const [isMaking, setMaking] = useState(false);
  const nowMs = useNowMs();
  return (
    <Stack>
      <Group>
        <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setMaking(true)}>
          {t('tokens.new')}
        </Button>
      </Group>
      {isMaking ? <NewToken onClose={() => setMaking(false)} /> : null}
      {tokens.isPending ? <RowsToCome /> : null}
      {tokens.isError ? <Fault error={tokens.error} onRetry={() => void tokens.refetch()} /> : null}
      {revoke.isError ? <Fault error={revoke.error} /> : null}
      {tokens.data?.length === 0 ? (
        <EmptyState icon={<KeyRound aria-hidden />} title={t('tokens.none')} description={t('tokens.noneText')} />
      ) : null}
      {tokens.data !== undefined && tokens.data.length > 0 ? (
        <Rows label={t('tokens.title')}>
          {tokens.data.map((token) => (
            <Row key={token.id}>
              <TokenRow token={token} nowMs={nowMs} onRevoke={() => revoke.mutate(token.id)} />
            </Row>
          ))}
        </Rows>
      ) : null}
    </Stack>
  );
}

type TokenRowProps = { token: TokenView; nowMs: number; onRevoke: () => void };

function TokenRow({ token, nowMs, onRevoke }: TokenRowProps) {
  const { t } = useTranslation(['settings', 'shell']);
  const { id } = useSession();
  const { name, role, hint, user, revokedAt, expiresAt } = token;
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= nowMs;
  const ask = () =>
    askFirst({
      title: t('tokens.revokeTitle', { name }),
      text: t('tokens.revokeText'),
      ...{ confirm: t('tokens.revoke'), cancel: t('cancel'), close: t('close'), onConfirm: onRevoke },
    });
  return (
    <Group justify="space-between" wrap="nowrap">
      <div className={classes['grow']}>
        <Group gap="xs">
          <Text fw={600} className={classes['wrap']}>
            {name}
          </Text>
          <Badge variant="default" tt="none">
            {t(`shell:role.${role}`)}
          </Badge>
          {revokedAt !== null || isOver ? (
            <Badge variant="default" tt="none">
              {t(revokedAt !== null ? 'tokens.revoked' : 'tokens.over')}
            </Badge>
          ) : null}
        </Group>
        <Text size="sm" c="dimmed">
          <code>{`${hint}…`}</code>
          {user?.id === id ? null : ` · ${user === null ? t('tokens.byCommand') : user.name}`}
        </Text>
        <TokenTimes token={token} />
      </div>
      {revokedAt === null && !isOver ? (
        <Button variant="default" size="xs" aria-label={t('tokens.revokeOne', { name })} onClick={ask}>
          {t('tokens.revoke')}
        </Button>
      ) : null}
    </Group>
  );
}

function TokenTimes({ token: { lastUsedAt, expiresAt } }: { token: TokenView }) {
  const { t } = useTranslation('settings');
  const amounts = useAmounts();
  return (
    <Text size="sm" c="dimmed">
      {lastUsedAt === null ? t('tokens.unused') : t('tokens.used')}
      {lastUsedAt === null ? null : (
        <>
          {' '}
          <Ago at={lastUsedAt} />
        </>
      )}
      {` · ${expiresAt === null ? t('tokens.forEver') : t('tokens.until', { date: amounts.dateTime(expiresAt) })}`}
    </Text>
  );
}
