import { EmptyState, Group, NativeSelect, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorSeverity } from '#shared/protocol/errors.ts';
import { Fault } from '../../components/fault.tsx';
import { Row, Rows, RowsToCome } from '../../components/rows.tsx';
import { type ErrorFilter, errorEventsQuery, useResolveError } from '../../data/error-events.ts';
import { ErrorRow } from './error-row.tsx';
import { MoreButton } from './more-button.tsx';

/** What went wrong anywhere, to be looked at and dealt with. */
export function ErrorsSection() {
  const { t } = useTranslation('settings');
  const [resolved, setResolved] = useState(false);
  const [severity, setSeverity] = useState<ErrorFilter['severity']>(null);
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 300);
  const errors = useInfiniteQuery(errorEventsQuery({ resolved, severity, search }));
  const resolve = useResolveError();
  const events = errors.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Stack>
      <SegmentedControl
        aria-label={t('errors.which')}
        value={resolved ? 'resolved' : 'open'}
        onChange={(value) => setResolved(value === 'resolved')}
        data={[
          { value: 'open', label: t('errors.open') },
          { value: 'resolved', label: t('errors.resolved') },
        ]}
      />
      <Group align="flex-end">
        <TextInput
          label={t('errors.search')}
          flex="1 1 10rem"
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <NativeSelect
          label={t('errors.severity')}
          value={severity ?? ''}
          data={[
            { value: '', label: t('errors.any') },
            ...errorSeverity.options.map((value) => ({ value, label: t(`severity.${value}`) })),
          ]}
          onChange={({ currentTarget }) => setSeverity(errorSeverity.safeParse(currentTarget.value).data ?? null)}
        />
      </Group>
      {errors.isPending ? <RowsToCome /> : null}
      {errors.isError ? <Fault error={errors.error} onRetry={() => void errors.refetch()} /> : null}
      {resolve.isError ? <Fault error={resolve.error} /> : null}
      {errors.isSuccess && events.length === 0 ? (
        <EmptyState icon={<CircleCheck aria-hidden />} title={t(resolved ? 'errors.noneResolved' : 'errors.none')} />
      ) : null}
      {events.length === 0 ? null : (
        <Rows label={t('errors.title')}>
          {events.map((event) => (
            <Row key={event.id}>
              <ErrorRow event={event} onResolve={() => resolve.mutate({ id: event.id, resolved: !event.resolved })} />
            </Row>
          ))}
        </Rows>
      )}
      <MoreButton list={errors} />
    </Stack>
  );
}
