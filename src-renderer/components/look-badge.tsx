import { Badge } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** How a state looks. */
export type Look = { color: string; Icon: LucideIcon };

/** A state in a word, with icon and colour: none of the three alone has to be understood. */
export function LookBadge({ look: { color, Icon }, children }: { look: Look; children: ReactNode }) {
  return (
    <Badge
      className="state-badge"
      variant="light"
      color={color}
      tt="none"
      fw={600}
      // Beside a long name the name is cut, not the state.
      style={{ flexShrink: 0 }}
      // Yellow words can't be read on light yellow.
      {...(color === 'yellow' ? { c: 'var(--mantine-color-text)' } : {})}
      leftSection={<Icon size={13} aria-hidden />}
    >
      {children}
    </Badge>
  );
}
