import {
  Activity,
  CalendarClock,
  CircleUserRound,
  HardDrive,
  Info,
  KeyRound,
  Laptop,
  type LucideIcon,
  ScrollText,
  SlidersHorizontal,
  TriangleAlert,
  Users,
  Webhook,
} from 'lucide-react';
import type { Role } from '#shared/model/user.ts';

export type SectionName =
  | 'account'
  | 'tokens'
  | 'general'
  | 'storage'
  | 'schedule'
  | 'people'
  | 'webhooks'
  | 'errors'
  | 'audit'
  | 'health'
  | 'about'
  | 'computer';

export type Section = {
  name: SectionName;
  /** The least role that may see it. */
  role: Role;
  Icon: LucideIcon;
  /** Shown in the desktop app alone. */
  isDesktops?: boolean;
};

/** Whose settings they are, and the sections of each. */
export const sectionGroups: readonly { name: 'you' | 'server' | 'records'; sections: readonly Section[] }[] = [
  {
    name: 'you',
    sections: [
      { name: 'account', role: 'viewer', Icon: CircleUserRound },
      { name: 'tokens', role: 'viewer', Icon: KeyRound },
      { name: 'computer', role: 'viewer', Icon: Laptop, isDesktops: true },
    ],
  },
  {
    name: 'server',
    sections: [
      { name: 'general', role: 'admin', Icon: SlidersHorizontal },
      { name: 'storage', role: 'admin', Icon: HardDrive },
      { name: 'schedule', role: 'admin', Icon: CalendarClock },
      { name: 'people', role: 'admin', Icon: Users },
      { name: 'webhooks', role: 'admin', Icon: Webhook },
    ],
  },
  {
    name: 'records',
    sections: [
      { name: 'errors', role: 'operator', Icon: TriangleAlert },
      { name: 'audit', role: 'admin', Icon: ScrollText },
      { name: 'health', role: 'viewer', Icon: Activity },
      { name: 'about', role: 'viewer', Icon: Info },
    ],
  },
];

/** The section of this name; undefined for any other word. */
export function sectionNamed(name: string): Section | undefined {
  return sectionGroups.flatMap(({ sections }) => sections).find((section) => section.name === name);
}
