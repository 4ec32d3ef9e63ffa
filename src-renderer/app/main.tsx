import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '../style/page.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isDesktopsOwn } from '../data/desktop.ts';
import { reportPageErrors } from '../data/page-errors.ts';
import { newQueryClient } from '../data/query-client.ts';
import { styleNonce } from '../style/nonce.ts';
import { firstReads } from './first-reads.ts';
import { OwnApp } from './own-app.tsx';
import { Providers } from './providers.tsx';
import { createAppRouter } from './router.tsx';
import { startTexts } from './texts.ts';

// What keeps the page from scrolling behind a window (react-remove-scroll) writes a style of its own, and asks here.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(<StrictMode>{isDesktopsOwn() ? await ownPages() : await serversPages()}</StrictMode>);

async function serversPages() {
  reportPageErrors(window);
  const client = newQueryClient();
  const router = createAppRouter(client);
  await firstReads(client, router);
  return <Providers client={client} router={router} />;
}

/** Of the desktop app, before there is a server: none to read from, or to tell errors to. */
async function ownPages() {
  await startTexts();
  return <OwnApp />;
}
