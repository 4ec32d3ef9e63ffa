import { ActionIcon, Menu } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import classes from './player.module.css';

export type ChoiceMenuProps = {
  label: string;
  Icon: LucideIcon;
  choices: readonly { key: string; name: string; hint?: string }[];
  chosen: string | null;
  onChoose: (key: string) => void;
};

/** A menu of the player in which one of several is chosen. It opens inside the player, which may fill the screen. */
export function ChoiceMenu({ label, Icon, choices, chosen, onChoose }: ChoiceMenuProps) {
  return (
    <Menu position="top-end" withinPortal={false} shadow="md" closeOnItemClick>
      <Menu.Target>
        <ActionIcon
          variant="transparent"
          size="lg"
          c="gray.1"
          className={classes['button'] ?? ''}
          aria-label={label}
          title={label}
        >
          <Icon size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={280} miw={180} className={classes['dropdown'] ?? ''}>
        <Menu.Label>{label}</Menu.Label>
        <Menu.RadioGroup value={chosen} onChange={onChoose}>
          {choices.map(({ key, name, hint }) => (
            <Menu.RadioItem key={key} value={key} rightSection={hint} closeMenuOnClick>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
