import { Box, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = {
  icon: ReactNode;
  name: string;
  about: string;
  title: string;
  below?: ReactNode;
  children: ReactNode;
};

/** One film of the list: what it is, and what can be done with it. */
export function FilmLine({ icon, name, about, title, below, children }: Props) {
  return (
    <Box component="li">
      <Group gap="xs" wrap="nowrap">
        {icon}
        <Box flex={1} miw={0}>
          <Text size="sm" truncate title={title}>
            {name}
          </Text>
          <Text size="xs" c="dimmed">
            {about}
          </Text>
        </Box>
        {children}
      </Group>
      {below}
    </Box>
  );
}
