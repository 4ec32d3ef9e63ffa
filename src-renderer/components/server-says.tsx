import { Text, type TextProps } from '@mantine/core';
import type { Said } from './server-words.ts';

export type ServerSaysProps = Pick<TextProps, 'c' | 'size' | 'lineClamp'> & { said: Said };

/** What the server says: in the reader's words, and its own English sentence small beneath. */
export function ServerSays({ said: { words, english }, size = 'sm', ...look }: ServerSaysProps) {
  // Dimmed by itself it could not be read on the red of an alert.
  const quiet = words === null ? { size } : ({ size: 'xs', c: 'var(--mantine-color-text)', opacity: 0.8 } as const);
  const cut = look.lineClamp !== undefined;
  return (
    <>
      {words === null ? null : (
        <Text size={size} {...look}>
          {words}
        </Text>
      )}
      {english === null ? null : (
        <Text lang="en" title={cut ? english : undefined} style={{ overflowWrap: 'anywhere' }} {...look} {...quiet}>
          {english}
        </Text>
      )}
    </>
  );
}
