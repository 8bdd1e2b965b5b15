import { hrefOf, type Route } from '../routes.js';
import { chooseTheme, theme, themes } from '../theme.js';
import { Mark } from './mark.js';

const links: readonly { readonly label: string; readonly to: Route; readonly views: readonly Route['view'][] }[] = [
  { label: 'Systems', to: { view: 'home' }, views: ['home', 'study'] },
  { label: 'Runs', to: { view: 'runs' }, views: ['runs', 'run', 'compare'] },
  { label: 'Asteroids', to: { view: 'asteroids' }, views: ['asteroids'] },
  { label: 'Train in this browser', to: { view: 'browser' }, views: ['browser'] },
  { label: 'Ask a model', to: { view: 'ask' }, views: ['ask'] },
];

/** The name, the ways to the views, the theme. */
export function SiteHeader({ shown }: { readonly shown: Route }) {
  return (
    <header class="site-header">
      <a class="site-name" href="/">
        <Mark />
        Sardonyx
      </a>
      <nav aria-label="Views">
        {links.map(({ label, to, views }) => (
          <a key={label} href={hrefOf(to)} aria-current={views.includes(shown.view) ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <ThemeChoice />
    </header>
  );
}

function ThemeChoice() {
  return (
    <label class="theme-choice">
      <span class="visually-hidden">Theme</span>
      <select value={theme.value} onChange={(event) => chooseTheme(event.currentTarget.value as (typeof themes)[number])}>
        {themes.map((name) => (
          <option key={name} value={name}>
            Theme: {name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function SiteFooter() {
  return (
    <footer class="site-footer">
      <p>Runs are folders on this machine. They go on when this page is closed.</p>
      <p>
        <a href="/api/openapi.json">HTTP interface</a>
      </p>
    </footer>
  );
}
