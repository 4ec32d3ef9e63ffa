import { Paper, Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './settings.module.css';

/** Things one below the other, in one frame. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Paper component="ul" withBorder className={classes['rows']} aria-label={label}>
      {children}
    </Paper>
  );
}

/** One of them. */
export function Row({ children }: { children: ReactNode }) {
  return <li className={classes['row']}>{children}</li>;
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
