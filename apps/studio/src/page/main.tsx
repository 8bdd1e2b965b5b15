import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/controls.css';
import './styles/lists.css';
import './styles/views.css';
import { render } from 'preact';
import { App } from './app.js';
import { startClock } from './clock.js';
import { followLinks } from './navigation.js';
import { startTheme } from './theme.js';

startTheme();
startClock();
followLinks();
render(<App />, document.getElementById('page')!);
