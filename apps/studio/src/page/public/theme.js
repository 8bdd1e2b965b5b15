// Sets the ground before the first paint: what the reader chose, else what the system prefers.
{
  let chosen = null;
  try {
    chosen = localStorage.getItem('sardonyx-theme');
  } catch {
    // Storage is refused in some private windows: the system's preference holds.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}
