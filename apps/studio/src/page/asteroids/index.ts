/** The views of asteroids. Import this module on demand: it brings their data and figures, and loads three.js when a scene opens. */
export { AsteroidsPage } from './asteroids-page.js';
