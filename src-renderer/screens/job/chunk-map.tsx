import { Box, Button, Group, Stack, Text, Title } from '@mantine/core';
import { ChartNoAxesGantt, RotateCcw, TableProperties } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task } from '#shared/model/job.ts';
import { useTaskProgress } from '../../data/live-context.tsx';
import { type ChunkMapProps, framesOf, type Lane, lanesOf, nodesOf, type Part } from './chunk-lanes.ts';
import classes from './chunk-map.module.css';
import { ChunkTable } from './chunk-table.tsx';
import { nodeColor } from './node-colors.ts';
import { usePartWords } from './part-words.ts';

/** Which node makes which part of the film, as a band or as a table. */
export function ChunkMap({ tasks, names, framesPerSec }: ChunkMapProps) {
  const { t } = useTranslation('job');
  const [isTable, setTable] = useState(false);
  const lanes = lanesOf(tasks);
  const nodes = nodesOf(tasks);
  const Icon = isTable ? ChartNoAxesGantt : TableProperties;
  return (
    <Stack gap="sm" component="section">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('map.title')}
        </Title>
        {tasks.length === 0 ? null : (
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon size={14} aria-hidden />}
            onClick={() => setTable(!isTable)}
          >
            {t(isTable ? 'map.asBand' : 'map.asTable')}
          </Button>
        )}
      </Group>
      {lanes.length === 0 ? <Text size="sm">{t('map.none')}</Text> : null}
      {isTable ? (
        <ChunkTable {...{ tasks, names, framesPerSec }} />
      ) : (
        <Bands {...{ lanes, nodes, names, framesPerSec }} />
      )}
      {nodes.length === 0 ? null : (
        <Legend
          {...{ nodes, names }}
          hasPending={lanes.some(({ parts }) => parts.some(({ task }) => task.nodeId === null))}
          hasRetries={tasks.some(isRetried)}
        />
      )}
    </Stack>
  );
}

type BandsProps = {
  lanes: readonly Lane[];
  nodes: readonly string[];
  names: ReadonlyMap<string, string>;
  framesPerSec: number | null;
};

function Bands({ lanes, nodes, names, framesPerSec }: BandsProps) {
  const { t } = useTranslation('job');
  const words = usePartWords(names, framesPerSec);
  const [chosenId, setChosen] = useState<string | null>(null);
  const frames = framesOf(lanes);
  const parts = lanes.flatMap((lane) => lane.parts);
  const chosen = parts.find(({ task }) => task.id === chosenId) ?? parts[0];
  if (chosen === undefined) return null;
  const describe = (part: Part): string => {
    const lane = lanes.find((one) => one.parts.includes(part));
    const place = lane?.parts.indexOf(part) ?? 0;
    return `${t('map.part', { number: place + 1, count: lane?.parts.length ?? 0 })}: ${words(part.task).join(', ')}`;
  };
  const move = (event: KeyboardEvent<HTMLElement>): void => {
    const next = neighbour(parts, chosen, event.key);
    if (next === null) return;
    event.preventDefault();
    setChosen(next.task.id);
    event.currentTarget.querySelector<HTMLElement>(`[data-task="${CSS.escape(next.task.id)}"]`)?.focus();
  };
  return (
    <Stack gap="xs">
      <Stack gap="xs" role="toolbar" aria-label={t('map.label')} onKeyDown={move}>
        {lanes.map(({ renditions, parts: own }) => (
          <Box key={renditions.join(' ')}>
            {lanes.length === 1 ? null : (
              <Text size="xs" mb={2}>
                {t('map.lane', { names: renditions.join(', ') })}
              </Text>
            )}
            <div className={classes['band']}>
              {own.map((part) => (
                <PartButton
                  key={part.task.id}
                  {...{
                    part,
                    frames,
                    label: describe(part),
                    isFirst: part === chosen,
                    isChosen: part.task.id === chosenId,
                  }}
                  place={part.task.nodeId === null ? null : nodes.indexOf(part.task.nodeId)}
                  onChoose={() => setChosen(part.task.id)}
                />
              ))}
            </div>
          </Box>
        ))}
      </Stack>
      {/* Two lines are kept, so that nothing below moves from one part to the next. */}
      <Text size="sm" mih="3.1em">
        {describe(chosen)}
      </Text>
    </Stack>
  );
}

type PartButtonProps = {
  part: Part;
  frames: number;
  label: string;
  place: number | null;
  /** The one that the keyboard comes to. */
  isFirst: boolean;
  isChosen: boolean;
  onChoose: () => void;
};

function PartButton({ part, frames, label, place, isFirst, isChosen, onChoose }: PartButtonProps) {
  const { task, startFrame } = part;
  const live = useTaskProgress(task.id);
  const progress = task.state === 'leased' ? Math.max(live?.progress ?? 0, task.progress) : task.progress;
  const filled = task.state === 'completed' ? 1 : task.state === 'leased' ? progress : 0;
  return (
    <button
      type="button"
      className={classes['part']}
      data-task={task.id}
      data-state={task.state}
      data-chosen={isChosen || undefined}
      data-unfilled={filled < 0.6 || undefined}
      aria-label={label}
      aria-pressed={isChosen}
      tabIndex={isFirst ? 0 : -1}
      style={{
        insetInlineStart: `${(startFrame / frames) * 100}%`,
        inlineSize: `${(part.frames / frames) * 100}%`,
        '--node-color': place === null ? 'transparent' : nodeColor(place),
      }}
      onClick={onChoose}
      onPointerEnter={onChoose}
    >
      <span className={classes['fill']} style={{ inlineSize: `${filled * 100}%` }} />
      <span className={classes['name']} aria-hidden>
        {place === null ? null : place + 1}
        {isRetried(task) ? <RotateCcw size={12} /> : null}
      </span>
    </button>
  );
}

type LegendProps = {
  nodes: readonly string[];
  names: ReadonlyMap<string, string>;
  hasPending: boolean;
  hasRetries: boolean;
};

function Legend({ nodes, names, hasPending, hasRetries }: LegendProps) {
  const { t } = useTranslation('job');
  return (
    <Group gap="md" component="ul" aria-label={t('map.legend')} m={0} p={0} style={{ listStyle: 'none' }}>
      {nodes.map((id, place) => (
        <Group key={id} component="li" gap={6} wrap="nowrap">
          <span className={classes['swatch']} style={{ '--node-color': nodeColor(place) }}>
            {place + 1}
          </span>
          <Text size="sm">{names.get(id) ?? id}</Text>
        </Group>
      ))}
      {hasPending ? (
        <Group component="li" gap={6} wrap="nowrap">
          <span className={classes['swatch']} data-pending />
          <Text size="sm">{t('map.pending')}</Text>
        </Group>
      ) : null}
      {hasRetries ? (
        <Group component="li" gap={6} wrap="nowrap">
          <RotateCcw size={14} aria-hidden />
          <Text size="sm">{t('map.retried')}</Text>
        </Group>
      ) : null}
    </Group>
  );
}

function isRetried({ attempt }: Task): boolean {
  return attempt > 1;
}

function neighbour(parts: readonly Part[], from: Part, key: string): Part | null {
  const at = parts.indexOf(from);
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowUp':
      return parts[at - 1] ?? null;
    case 'ArrowRight':
    case 'ArrowDown':
      return parts[at + 1] ?? null;
    case 'Home':
      return parts[0] ?? null;
    case 'End':
      return parts.at(-1) ?? null;
    default:
      return null;
  }
}
