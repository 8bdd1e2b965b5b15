import * as jax from '@jax-js/jax';
import { offerContender } from '../../dist/browser/page-contender.js';
import { pageSettings } from '../../dist/browser/page-settings.js';
import { casesOf } from '../jaxjs_cases.mjs';

const { backend } = pageSettings();
const available = await jax.init(backend);
if (!available.includes(backend)) throw new Error(`jax-js cannot use its backend ${backend} here`);
jax.defaultDevice(backend);
offerContender(casesOf(jax, `${backend} backend`));
