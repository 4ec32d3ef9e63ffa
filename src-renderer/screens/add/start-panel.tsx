import { Alert, Button, Checkbox, Collapse, Group, List, Select, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronDown, Clapperboard } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Fault } from '../../components/fault.tsx';
import { TextLink } from '../../components/links.tsx';
import type { BatchMade } from '../../data/add-films.ts';
import type { SentFilm } from '../../data/uploads.ts';
import { type ChosenFilm, nameOf } from './chosen.ts';
import type { Start } from './use-start.ts';

export type HowWanted = { priority: number; overwrite: boolean };
export const usualHow: HowWanted = { priority: 5, overwrite: false };

/** S2: 10 high, 5 normal, 0 low. */
const priorities = [10, 5, 0] as const;

type Props = {
  chosen: readonly ChosenFilm[];
  sent: readonly SentFilm[];
  start: Start;
  how: HowWanted;
  onHow: (how: HowWanted) => void;
  isPlaced: boolean;
  onStart: () => void;
};

/** The last word, and what stands in its way. */
export function StartPanel({ chosen, sent, start, how, onHow, isPlaced, onStart }: Props) {
  const { t } = useTranslation('add');
  const [isOpen, { toggle }] = useDisclosure(false);
  const count = chosen.length + sent.length;
  const failed = sent.some(({ state }) => state === 'failed');
  const coming = sent.some(({ state }) => state !== 'there');
  const hindrance = count === 0 ? t('start.none') : failed ? t('start.failed') : isPlaced ? null : t('start.noPlace');
  return (
    <Stack gap="sm">
      {start.error === null ? null : <Fault error={start.error} />}
      {start.partly === null ? null : <Partly batches={start.partly} />}
      <Button
        size="md"
        leftSection={<Clapperboard size={18} aria-hidden />}
        disabled={hindrance !== null}
        loading={start.isPending}
        onClick={onStart}
      >
        {t(coming ? 'start.whenThere' : 'start.now')}
      </Button>
      <Text size="sm" c="dimmed" role="status">
        {start.isPending && coming ? t('start.waits') : hindrance}
      </Text>
      <div>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          aria-expanded={isOpen}
          onClick={toggle}
          rightSection={<ChevronDown size={14} aria-hidden />}
        >
          {t('more.title')}
        </Button>
        <Collapse expanded={isOpen}>
          <Stack gap="sm" pt="xs">
            <Select
              label={t('more.priority')}
              data={priorities.map((value) => ({ value: String(value), label: t(`more.priorities.${value}`) }))}
              value={String(how.priority)}
              onChange={(value) => onHow({ ...how, priority: Number(value) })}
              allowDeselect={false}
            />
            <Checkbox
              label={t('more.overwrite')}
              description={t('more.overwriteHint')}
              checked={how.overwrite}
              onChange={(event) => onHow({ ...how, overwrite: event.currentTarget.checked })}
            />
          </Stack>
        </Collapse>
      </div>
    </Stack>
  );
}

/** Some films of a batch were not added. */
function Partly({ batches }: { batches: readonly BatchMade[] }) {
  const { t } = useTranslation('add');
  const added = batches.reduce((sum, batch) => sum + batch.added, 0);
  const skipped = batches.flatMap((batch) => batch.skipped);
  return (
    <Alert color="yellow" role="status" title={t('partly.title', { count: skipped.length })}>
      <Stack gap="xs">
        <List size="sm" mah={200} style={{ overflow: 'auto' }}>
          {skipped.map(({ input, why }) => (
            <List.Item key={input}>{`${nameOf(input)}: ${why}`}</List.Item>
          ))}
        </List>
        {added === 0 ? null : (
          <Group>
            <TextLink to="/queue" search={{}} size="sm">
              {t('partly.queue', { count: added })}
            </TextLink>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
