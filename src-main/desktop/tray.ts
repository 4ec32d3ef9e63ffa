import type { MenuItemConstructorOptions } from 'electron';
import type { TrayAction, TrayIcon, TrayItem, TrayView } from './decide/tray-view.ts';
import type { NewTray } from './electron-ports.ts';

export type DeskTray = { show: (view: TrayView) => void; destroy: () => void };

export type TrayOptions = {
  newTray: NewTray;
  /** Of the picture for a state. */
  imageOf: (icon: TrayIcon) => string;
  first: TrayView;
  onAction: (action: TrayAction) => void;
  onFiles: (paths: readonly string[]) => void;
};

/** Stands in the tray; only what has changed is drawn anew, since menus that are open close when they are replaced. */
export function showTray({ newTray, imageOf, first, onAction, onFiles }: TrayOptions): DeskTray {
  const tray = newTray(imageOf(first.icon));
  let shown: TrayView | null = null;
  const show = (view: TrayView): void => {
    if (shown !== null && view.icon !== shown.icon) tray.setImage(imageOf(view.icon));
    if (view.tooltip !== shown?.tooltip) tray.setToolTip(view.tooltip);
    if (JSON.stringify(view.items) !== JSON.stringify(shown?.items)) {
      tray.setMenu(view.items.map((item) => menuItem(item, onAction)));
    }
    shown = view;
  };
  tray.on('click', () => onAction('open'));
  tray.on('drop-files', (event, files) => {
    event.preventDefault();
    onFiles(files);
  });
  show(first);
  return { show, destroy: () => tray.destroy() };
}

function menuItem(item: TrayItem, onAction: (action: TrayAction) => void): MenuItemConstructorOptions {
  if (item === 'line') return { type: 'separator' };
  if (item.kind === 'text') return { label: item.label, enabled: false };
  const { label, isEnabled: enabled, action } = item;
  const click = (): void => onAction(action);
  return item.kind === 'switch'
    ? { type: 'checkbox', label, enabled, checked: item.isOn, click }
    : { label, enabled, click };
}
