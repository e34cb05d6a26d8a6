import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatChart } from './chart.ts';

test('bars are as long as they are many times the base of their own group, and text is no markup', () => {
  const svg = formatChart({
    title: 'A & B <c>',
    unit: '/s',
    base: 'B',
    groups: [
      {
        title: 'small',
        bars: [
          { name: 'A', value: 3_000 },
          { name: 'B', value: 1_000 },
        ],
      },
      {
        title: 'large',
        bars: [
          { name: 'A', value: 20 },
          { name: 'B', value: 10 },
        ],
      },
    ],
  });
  const widths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
  const [longest = 0] = widths;
  const thirds = widths.map((width) => Math.round((3 * width) / longest));
  assert.deepEqual(thirds, [3, 1, 2, 1]);
  assert.match(svg, />3,000\/s · 3\.0 ×<.*>1,000\/s<.*>20\/s · 2\.0 ×<.*>10\/s</s);
  assert.match(svg, /<title>A &amp; B &lt;c><\/title>/);
});
