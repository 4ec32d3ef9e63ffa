import { Paper, Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './rows.module.css';

export type RowsProps = {
  label: string;
  /** The order says something. */
  isOrdered?: boolean;
  children: ReactNode;
};

/** Things one below the other, in one frame. */
export function Rows({ label, isOrdered = false, children }: RowsProps) {
  return (
    <Paper component={isOrdered ? 'ol' : 'ul'} withBorder className={classes['rows']} aria-label={label}>
      {children}
    </Paper>
  );
}

export type RowProps = {
  /** What it holds stands side by side. */
  isLine?: boolean;
  children: ReactNode;
};

/** One of them. */
export function Row({ isLine = false, children }: RowProps) {
  return (
    <li className={classes['row']} data-line={isLine || undefined}>
      {children}
    </li>
  );
}

/** What stands there until they are read. */
export function RowsToCome() {
  return (
    <Stack gap="xs" aria-hidden>
      <Skeleton h={56} />
      <Skeleton h={56} />
    </Stack>
  );
}
