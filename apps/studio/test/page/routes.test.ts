import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeId, hrefOf, matchRoute, type Route } from '../../src/page/routes.js';

const parse = (href: string): Route => {
  const url = new URL(href, 'http://localhost');
  return matchRoute(url.pathname, url.search);
};

describe('routes', () => {
  test.each<[string, Route]>([
    ['/', { view: 'home' }],
    ['/studies/looped-transformers/addition', { view: 'study', study: 'looped-transformers/addition' }],
    ['/studies/a/b?from=a%2Fb%2Fc', { view: 'study', study: 'a/b', from: 'a/b/c' }],
    ['/runs', { view: 'runs' }],
    ['/runs/', { view: 'runs' }],
    ['/runs?study=a%2Fb&status=done', { view: 'runs', study: 'a/b', status: 'done' }],
    ['/runs?status=', { view: 'runs' }],
    ['/runs/a/b/c', { view: 'run', run: 'a/b/c' }],
    ['/compare?run=a%2Fb%2Fc&run=a%2Fb%2Fd&run=a%2Fb%2Fc', { view: 'compare', runs: ['a/b/c', 'a/b/d'] }],
    ['/compare', { view: 'compare', runs: [] }],
    ['/browser', { view: 'browser' }],
    ['/asteroids', { view: 'asteroids' }],
    ['/asteroids?run=a%2Fb%2Fc&bodies=10', { view: 'asteroids', run: 'a/b/c', bodies: '10' }],
    ['/asteroids/1', { view: 'unknown', path: '/asteroids/1' }],
    ['/ask', { view: 'ask' }],
    ['/ask?run=a%2Fb%2Fc&model=1x4', { view: 'ask', run: 'a/b/c', model: '1x4' }],
    ['/runs/a/b', { view: 'unknown', path: '/runs/a/b' }],
    ['/nothing', { view: 'unknown', path: '/nothing' }],
  ])('%s', (href, route) => {
    expect(parse(href)).toEqual(route);
  });

  const name = fc
    .string({ minLength: 1 })
    .filter((text) => !text.includes('/') && text !== '.' && text !== '..' && !/\p{Surrogate}/u.test(text));
  const id = (parts: number) => fc.array(name, { minLength: parts, maxLength: parts }).map((names) => names.join('/'));

  test('an address gives back the route it was made from', () => {
    const route = fc.oneof(
      fc.record({ view: fc.constant('study' as const), study: id(2), from: id(3) }),
      fc.record({ view: fc.constant('run' as const), run: id(3) }),
      fc.record({ view: fc.constant('runs' as const), study: id(2), status: fc.constant('done') }),
      fc.record({ view: fc.constant('asteroids' as const), run: id(3), bodies: fc.constant('2000') }),
      fc.record({ view: fc.constant('ask' as const), run: id(3), model: name }),
      fc.record({ view: fc.constant('compare' as const), runs: fc.uniqueArray(id(3)) }),
    );
    fc.assert(fc.property(route, (given) => void expect(parse(hrefOf(given))).toEqual(given)));
  });

  test('a stray percent sign stands for itself', () => {
    expect(matchRoute('/runs/a/b/100%')).toEqual({ view: 'run', run: 'a/b/100%' });
  });

  test('slashes part an identifier, everything else is escaped', () => {
    expect(encodeId('a b/c?d/ü')).toBe('a%20b/c%3Fd/%C3%BC');
  });
});
