import { createColumnHelper, tableFeatures } from '@tanstack/react-table';
import type { Job } from '#shared/model/job.ts';
import { Ago } from '../../components/ago.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { FilmCell, ProgressCell } from './queue-cells.tsx';

/** The server sorts and filters: of the table only its columns and rows are needed. */
export const queueFeatures = tableFeatures({});

const column = createColumnHelper<typeof queueFeatures, Job>();

/** What a row tells; the id of each names its heading (`columns.ID`) and its place in the grid. */
export const queueColumns = column.columns([
  column.display({ id: 'film', cell: ({ row }) => <FilmCell job={row.original} /> }),
  column.display({ id: 'state', cell: ({ row }) => <StateBadge state={row.original.state} /> }),
  column.display({ id: 'progress', cell: ({ row }) => <ProgressCell job={row.original} /> }),
  column.display({ id: 'profile', cell: ({ row }) => row.original.profile }),
  column.display({ id: 'added', cell: ({ row }) => <Ago at={row.original.createdAt} /> }),
]);
export type QueueColumn = 'film' | 'state' | 'progress' | 'profile' | 'added';
