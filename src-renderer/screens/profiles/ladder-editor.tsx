import { Alert, Button, Group, Menu, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DraftRung, nextKey } from './draft.ts';
import { useEditing, usePart } from './editing.ts';
import { LadderTable } from './ladder-table.tsx';
import classes from './profiles.module.css';
import { RungFields } from './rung-fields.tsx';
import { sizeName } from './rung-words.ts';
import { Section } from './section.tsx';
import { movedTo, Sortable, SortableItem } from './sortable.tsx';

const LadderChart = lazy(async () => ({ default: (await import('./ladder-chart.tsx')).LadderChart }));

const mostRungs = 12;

/** Sizes that people know, with a usual rate for each. */
const usual = [
  { width: 3840, height: 2160, bitrateBps: 14_000_000 },
  { width: 2560, height: 1440, bitrateBps: 8_000_000 },
  { width: 1920, height: 1080, bitrateBps: 4_500_000 },
  { width: 1280, height: 720, bitrateBps: 2_500_000 },
  { width: 960, height: 540, bitrateBps: 1_600_000 },
  { width: 854, height: 480, bitrateBps: 1_000_000 },
  { width: 640, height: 360, bitrateBps: 600_000 },
  { width: 426, height: 240, bitrateBps: 300_000 },
] as const;

/** The sizes that a film is made in. */
export function LadderEditor() {
  const { t } = useTranslation('profiles');
  const { draft, faultAt } = useEditing();
  const [{ ladder }, put] = usePart('video');
  const change = (i: number, rung: DraftRung) => put({ ladder: ladder.with(i, rung) });
  const fault = faultAt('video.ladder');
  return (
    <Section title={t('section.ladder')} lead={t(draft.container === 'hls' ? 'ladder.lead' : 'ladder.leadOne')}>
      {fault === undefined ? null : (
        <Alert color="red" role="alert">
          {fault}
        </Alert>
      )}
      <Sortable
        items={ladder.map((rung) => ({ id: rung.key, name: sizeName(rung) }))}
        onMove={(from, to) => put({ ladder: movedTo(ladder, from, to) })}
      >
        <ul className={classes['items']} aria-label={t('section.ladder')}>
          {ladder.map((rung, i) => (
            <SortableItem key={rung.key} id={rung.key} name={sizeName(rung)}>
              <RungFields
                rung={rung}
                place={i}
                onChange={(next) => change(i, next)}
                onRemove={ladder.length > 1 ? () => put({ ladder: ladder.toSpliced(i, 1) }) : null}
              />
            </SortableItem>
          ))}
        </ul>
      </Sortable>
      <AddRung ladder={ladder} onAdd={(rung) => put({ ladder: [...ladder, rung] })} />
      <LadderView ladder={ladder} />
    </Section>
  );
}

function AddRung({ ladder, onAdd }: { ladder: readonly DraftRung[]; onAdd: (rung: DraftRung) => void }) {
  const { t } = useTranslation('profiles');
  const free = usual.filter(
    ({ height, width }) => !ladder.some((rung) => rung.height === height && rung.width === width),
  );
  const add = (rung: (typeof usual)[number]) =>
    onAdd({ ...rung, crf: null, includeSdr: false, profile: null, level: null, key: nextKey(ladder) });
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          w="fit-content"
          leftSection={<Plus size={16} aria-hidden />}
          disabled={ladder.length >= mostRungs}
        >
          {t('ladder.add')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {free.map((rung) => (
          <Menu.Item key={rung.height} onClick={() => add(rung)}>
            {sizeName(rung)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Bitrate against size, drawn or in figures. */
export function LadderView({ ladder }: { ladder: readonly Pick<DraftRung, 'width' | 'height' | 'bitrateBps'>[] }) {
  const { t } = useTranslation('profiles');
  const [view, setView] = useState('chart');
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text fw={600} size="sm">
          {t('ladder.chart')}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={t('ladder.view')}
          value={view}
          onChange={setView}
          data={[
            { value: 'chart', label: t('ladder.asChart') },
            { value: 'table', label: t('ladder.asTable') },
          ]}
        />
      </Group>
      {view === 'table' ? (
        <LadderTable ladder={ladder} />
      ) : (
        <Suspense fallback={<Skeleton height={220} />}>
          <LadderChart ladder={ladder} />
        </Suspense>
      )}
    </Stack>
  );
}
