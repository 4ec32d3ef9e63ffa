import { Anchor, type AnchorProps, Button, type ButtonProps, NavLink, type NavLinkProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

/*
 * Mantine's looks for addresses of the router, which checks them.
 */

type Place<Props> = Props &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props> & { ref?: Ref<HTMLAnchorElement> };

/** A button that leads to a screen. */
export const ButtonLink = createLink((props: Place<ButtonProps>) => <Button component="a" {...props} />);

/** A link in running text. */
export const TextLink = createLink((props: Place<AnchorProps>) => <Anchor component="a" {...props} />);

/** A line of the navigation. */
export const ScreenLink = createLink((props: Place<NavLinkProps>) => <NavLink component="a" {...props} />);
