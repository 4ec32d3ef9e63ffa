import { Alert, Text } from '@mantine/core';
import { CircleCheck, CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { pingAnswer } from '#shared/protocol/webhooks.ts';
import { useAmounts } from '../../components/amount.tsx';
import classes from './settings.module.css';

/** What a receiver said to a test. */
export function PingResult({ answer }: { answer: z.infer<typeof pingAnswer> }) {
  const { t } = useTranslation('settings');
  const amounts = useAmounts();
  const { delivered, status, durationMs, error } = answer;
  const time = amounts.decimal(durationMs / 1000, 2);
  const title = delivered ? 'ping.heard' : status === null ? 'ping.unreachable' : 'ping.refused';
  return (
    <Alert
      role="status"
      color={delivered ? 'green' : 'red'}
      icon={delivered ? <CircleCheck aria-hidden /> : <CircleX aria-hidden />}
      title={t(title)}
    >
      <Text size="sm" className={classes['wrap']}>
        {status === null ? error : t('ping.status', { status, time })}
      </Text>
      {answer.answer === null || answer.answer === '' ? null : (
        <Text size="sm" ff="monospace" className={classes['wrap']}>
          {answer.answer}
        </Text>
      )}
    </Alert>
  );
}
