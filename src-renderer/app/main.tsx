import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '../style/page.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { reportPageErrors } from '../data/page-errors.ts';
import { styleNonce } from '../style/nonce.ts';
import { Providers } from './providers.tsx';
import { startTexts } from './texts.ts';

reportPageErrors(window);
// What keeps the page from scrolling behind a window (react-remove-scroll) writes a style of its own, and asks here.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
await startTexts();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Providers />
  </StrictMode>,
);
