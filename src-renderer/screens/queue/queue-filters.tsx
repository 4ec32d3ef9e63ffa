import { Button, Chip, CloseButton, Collapse, Group, Select, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Search, SlidersHorizontal } from 'lucide-react';
import { memo, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAmounts } from '../../components/amount.tsx';
import { useProfileTitles } from '../../components/profile-words.ts';
import { statisticsQuery } from '../../data/jobs.ts';
import { profilesQuery } from '../../data/profiles.ts';
import { batchesQuery } from '../../data/queue.ts';
import { isGroupIn, type QueueSearch, type StateGroup, stateGroups, withGroup } from './queue-search.ts';

export type QueueFiltersProps = {
  search: QueueSearch;
  onChange: (change: Partial<QueueSearch>) => void;
  isPhone: boolean;
};

const groups: readonly StateGroup[] = ['waiting', 'working', 'done', 'failed', 'stopped'];
const orders = ['-createdAt', 'createdAt', '-updatedAt', 'queue'] as const;
const countsEveryMs = 5_000;
/** A list that nobody opened is not drawn: to find its place costs as much as ten rows. */
const closed = { keepMounted: false };

/** What of the queue is shown, and in which order. Not drawn again with each page of the list that comes. */
export const QueueFilters = memo(Filters);

function Filters({ search, onChange, isPhone }: QueueFiltersProps) {
  const { t } = useTranslation('queue');
  const counts = useQuery({ ...statisticsQuery, refetchInterval: countsEveryMs }).data?.jobs.byState ?? null;
  const profiles = useQuery(profilesQuery('living')).data;
  const profileTitle = useProfileTitles(profiles);
  const batches = useQuery(batchesQuery).data?.items ?? [];
  const amounts = useAmounts();
  const [isOpen, { toggle }] = useDisclosure(false);
  const states = search.state ?? [];
  const chosen = [search.profile, search.batch, search.sort].filter((one) => one !== undefined).length;
  const choose = (group: StateGroup, isIn: boolean): void => {
    const state = withGroup(states, group, isIn);
    onChange({ state: state.length === 0 ? undefined : state });
  };
  const countOf = (group: StateGroup): string =>
    counts === null ? '' : amounts.count(stateGroups[group].reduce((sum, state) => sum + counts[state], 0));
  const selects = (
    <>
      <Select
        label={t('filters.order')}
        data={orders.map((value) => ({ value, label: t(`orders.${value}`) }))}
        value={search.sort ?? '-createdAt'}
        allowDeselect={false}
        comboboxProps={closed}
        onChange={(sort) => onChange({ sort: orders.find((one) => one === sort && one !== '-createdAt') })}
      />
      <Select
        label={t('filters.profile')}
        placeholder={t('filters.any')}
        data={(profiles ?? []).map(({ name }) => ({ value: name, label: profileTitle(name) }))}
        value={search.profile ?? null}
        searchable
        clearable
        comboboxProps={closed}
        clearButtonProps={{ 'aria-label': t('filters.clearOne') }}
        onChange={(profile) => onChange({ profile: profile ?? undefined })}
      />
      {batches.length === 0 && search.batch === undefined ? null : (
        <Select
          label={t('filters.batch')}
          placeholder={t('filters.any')}
          data={batches.map(({ id, name }) => ({ value: id, label: name }))}
          value={search.batch ?? null}
          searchable
          clearable
          comboboxProps={closed}
          clearButtonProps={{ 'aria-label': t('filters.clearOne') }}
          onChange={(batch) => onChange({ batch: batch ?? undefined })}
        />
      )}
    </>
  );
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end" wrap="nowrap">
        <SearchField
          value={search.search ?? ''}
          onChange={(text) => onChange({ search: text === '' ? undefined : text })}
        />
        {isPhone ? (
          <Button
            variant="default"
            leftSection={<SlidersHorizontal size={16} aria-hidden />}
            aria-expanded={isOpen}
            onClick={toggle}
          >
            {chosen === 0 ? t('filters.more') : t('filters.moreChosen', { count: chosen })}
          </Button>
        ) : (
          selects
        )}
      </Group>
      {isPhone ? (
        <Collapse expanded={isOpen}>
          <Stack gap="xs">{selects}</Stack>
        </Collapse>
      ) : null}
      <Group gap={6} role="group" aria-label={t('filters.state')}>
        {groups.map((group) => (
          <Chip
            key={group}
            size="xs"
            variant="outline"
            checked={isGroupIn(states, group)}
            onChange={(isIn) => choose(group, isIn)}
          >
            {`${t(`groups.${group}`)} ${countOf(group)}`.trim()}
          </Chip>
        ))}
      </Group>
    </Stack>
  );
}

const typingMs = 250;

function SearchField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const { t } = useTranslation('queue');
  const [text, setText] = useState(value);
  const told = useRef(value);
  // The address may change by itself: back, or "clear the filters". What is being typed is ahead of it.
  useEffect(() => {
    if (value !== told.current) setText(value);
    told.current = value;
  }, [value]);
  const tell = useDebouncedCallback((next: string) => {
    told.current = next;
    onChange(next);
  }, typingMs);
  return (
    <TextInput
      flex={1}
      miw={0}
      type="search"
      label={t('filters.search')}
      placeholder={t('filters.searchHint')}
      leftSection={<Search size={16} aria-hidden />}
      maxLength={200}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        tell(currentTarget.value.trim());
      }}
      rightSection={
        text === '' ? null : (
          <CloseButton
            size="sm"
            aria-label={t('filters.clearOne')}
            onClick={() => {
              setText('');
              tell('');
            }}
          />
        )
      }
    />
  );
}
