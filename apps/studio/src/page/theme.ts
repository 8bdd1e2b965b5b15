import { signal } from '@preact/signals';
import { seriesDeclarations } from '@sardonyx/study/figures';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** Also read by `public/theme.js`, before the first paint. */
const storageKey = 'sardonyx-theme';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** What the reader chose. */
export const theme = signal<Theme>(storedTheme());

/** The ground that follows from it: what figures are drawn for. */
export const ground = signal<'light' | 'dark'>(groundOf(theme.peek()));

/** Applies and remembers a choice. */
export function chooseTheme(choice: Theme): void {
  theme.value = choice;
  try {
    localStorage.setItem(storageKey, choice);
  } catch {
    // Storage is refused in some private windows: the choice then lasts as long as the page.
  }
  applyTheme();
}

/** Follows the system where the choice is `auto`, and brings the colours of series. Call once. */
export function startTheme(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:root { ${seriesDeclarations('light')} } :root[data-theme='dark'] { ${seriesDeclarations('dark')} }`);
  document.adoptedStyleSheets.push(sheet);
  systemIsDark.addEventListener('change', applyTheme);
  applyTheme();
}

function applyTheme(): void {
  ground.value = groundOf(theme.peek());
  document.documentElement.dataset['theme'] = ground.peek();
}

function groundOf(choice: Theme): 'light' | 'dark' {
  if (choice !== 'auto') return choice;
  return systemIsDark.matches ? 'dark' : 'light';
}

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(storageKey);
    return themes.find((name) => name === stored) ?? 'auto';
  } catch {
    return 'auto';
  }
}
