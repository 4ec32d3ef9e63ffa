import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '../style/page.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { reportPageErrors } from '../data/page-errors.ts';
import { newQueryClient } from '../data/query-client.ts';
import { styleNonce } from '../style/nonce.ts';
import { firstReads } from './first-reads.ts';
import { Providers } from './providers.tsx';
import { createAppRouter } from './router.tsx';

reportPageErrors(window);
// What keeps the page from scrolling behind a window (react-remove-scroll) writes a style of its own, and asks here.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
const client = newQueryClient();
const router = createAppRouter(client);
await firstReads(client, router);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Providers client={client} router={router} />
  </StrictMode>,
);
