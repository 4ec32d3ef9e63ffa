import { Group, Paper, Skeleton, Stack, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

/** A part of the screen, with its heading. */
export function Panel({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <Paper component="section" withBorder p={{ base: 'sm', sm: 'md' }} aria-labelledby={id}>
      <Group justify="space-between" mb="sm" gap="xs">
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </Paper>
  );
}

/** What stands in a part of the screen until its first answer comes. */
export function BlankLines() {
  return (
    <Stack gap="sm" aria-hidden>
      <Skeleton height={18} />
      <Skeleton height={18} />
      <Skeleton height={18} width="60%" />
    </Stack>
  );
}
