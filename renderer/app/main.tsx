import '@fontsource-variable/inter';
import '@fontsource-variable/source-serif-4';
import '../ui/fonts.css';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/buttons.css';
import '../ui/fields.css';
import '../ui/feedback.css';
import '../ui/floating.css';
import '../ui/parts.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
