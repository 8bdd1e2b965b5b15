import { describe, expect, test } from 'vitest';
import { einsum, printGraph, printPreparedGraph, tensor, type Tensor, topK, valueAndGrad, zeros } from '../src/index.js';

describe('printGraph', () => {
  test('names inputs by path, operators by number, outputs by path', () => {
    const f = ({ query, key }: { query: Tensor; key: Tensor }, scale: number) => ({
      scores: query.matmul(key, { transposeB: true, scale }),
      best: topK(query, 2),
    });
    expect(printGraph(f, { query: zeros([16, 32]), key: zeros([64, 32]) }, 0.5)).toMatchInlineSnapshot(`
      "%0 = input [0].query : float32[16, 32]
      %1 = input [0].key : float32[64, 32]
      %2 = matmul(%0, %1) {transposeB, scale: 0.5} : float32[16, 64]
      %3, %4 = topK(%0) {k: 2, axis: 1, largest} : float32[16, 2], int64[16, 2]
      return scores = %2
      return best.values = %3
      return best.indices = %4"
    `);
  });

  test('shows captured values and what is returned as it came', () => {
    const bias = tensor([1, 2, 3]);
    expect(printGraph((x: Tensor) => [x, x.add(bias)], zeros([2, 3]))).toMatchInlineSnapshot(`
      "%0 = input [0] : float32[2, 3]
      %1 = value : float32[3]
      %2 = add(%0, %1) : float32[2, 3]
      return [0] = %0
      return [1] = %2"
    `);
  });

  test('shows an einsum as transposes and matrix products', () => {
    const f = (q: Tensor, k: Tensor) => einsum('bqhd,bkhd->bhqk', q, k);
    expect(printGraph(f, zeros([2, 5, 3, 4]), zeros([2, 6, 3, 4]))).toMatchInlineSnapshot(`
      "%0 = input [0] : float32[2, 5, 3, 4]
      %1 = input [1] : float32[2, 6, 3, 4]
      %2 = transpose(%0) {permutation: [0, 2, 1, 3]} : float32[2, 3, 5, 4]
      %3 = reshape(%2) {shape: [6, 5, 4]} : float32[6, 5, 4]
      %4 = transpose(%1) {permutation: [0, 2, 1, 3]} : float32[2, 3, 6, 4]
      %5 = reshape(%4) {shape: [6, 6, 4]} : float32[6, 6, 4]
      %6 = matmul(%3, %5) {transposeB, scale: 1} : float32[6, 5, 6]
      %7 = reshape(%6) {shape: [2, 3, 5, 6]} : float32[2, 3, 5, 6]
      return %7"
    `);
  });

  interface Params {
    readonly hidden: { readonly weights: Tensor; readonly bias: Tensor };
    readonly output: Tensor;
  }
  const params: Params = {
    hidden: { weights: zeros([4, 8]), bias: zeros([8]) },
    output: zeros([8, 1]),
  };
  const loss = ({ hidden, output }: Params, x: Tensor, y: Tensor) => {
    const difference = x.matmul(hidden.weights).add(hidden.bias).tanh().matmul(output).sub(y);
    return difference.mul(difference).mean();
  };

  test('shows the gradient of a loss, before the passes', () => {
    expect(printGraph(valueAndGrad(loss), params, zeros([16, 4]), zeros([16, 1]))).toMatchInlineSnapshot(`
      "%0 = input [0].hidden.weights : float32[4, 8]
      %1 = input [0].hidden.bias : float32[8]
      %2 = input [0].output : float32[8, 1]
      %3 = input [1] : float32[16, 4]
      %4 = input [2] : float32[16, 1]
      %5 = mark(%0) : float32[4, 8]
      %6 = matmul(%3, %5) {scale: 1} : float32[16, 8]
      %7 = mark(%1) : float32[8]
      %8 = add(%6, %7) : float32[16, 8]
      %9 = tanh(%8) : float32[16, 8]
      %10 = mark(%2) : float32[8, 1]
      %11 = matmul(%9, %10) {scale: 1} : float32[16, 1]
      %12 = sub(%11, %4) : float32[16, 1]
      %13 = mul(%12, %12) : float32[16, 1]
      %14 = mean(%13) {axes: [0, 1]} : float32[]
      %15 = full() {shape: [], value: 1, dtype: float32} : float32[]
      %16 = reshape(%15) {shape: [1, 1]} : float32[1, 1]
      %17 = full() {shape: [], value: 0.0625, dtype: float32} : float32[]
      %18 = mul(%16, %17) : float32[1, 1]
      %19 = broadcastTo(%18) {shape: [16, 1]} : float32[16, 1]
      %20 = mul(%19, %12) : float32[16, 1]
      %21 = mul(%19, %12) : float32[16, 1]
      %22 = add(%20, %21) : float32[16, 1]
      %23 = matmul(%22, %10) {transposeB, scale: 1} : float32[16, 8]
      %24 = full() {shape: [], value: 1, dtype: float32} : float32[]
      %25 = square(%9) : float32[16, 8]
      %26 = sub(%24, %25) : float32[16, 8]
      %27 = mul(%23, %26) : float32[16, 8]
      %28 = matmul(%3, %27) {transposeA, scale: 1} : float32[4, 8]
      %29 = sum(%27) {axes: [0]} : float32[8]
      %30 = matmul(%9, %22) {transposeA, scale: 1} : float32[8, 1]
      return [0] = %14
      return [1].hidden.weights = %28
      return [1].hidden.bias = %29
      return [1].output = %30"
    `);
  });

  test('and after them', () => {
    expect(printPreparedGraph(valueAndGrad(loss), params, zeros([16, 4]), zeros([16, 1]))).toMatchInlineSnapshot(`
      "%0 = input [0].hidden.weights : float32[4, 8]
      %1 = input [0].hidden.bias : float32[8]
      %2 = input [0].output : float32[8, 1]
      %3 = input [1] : float32[16, 4]
      %4 = input [2] : float32[16, 1]
      %5 = matmul(%3, %0) {scale: 1} : float32[16, 8]
      %6 = add(%5, %1) : float32[16, 8]
      %7 = tanh(%6) : float32[16, 8]
      %8 = matmul(%7, %2) {scale: 1} : float32[16, 1]
      %9 = sub(%8, %4) : float32[16, 1]
      %10 = mul(%9, %9) : float32[16, 1]
      %11 = mean(%10) {axes: [0, 1]} : float32[]
      %12 = full() {shape: [], value: 1, dtype: float32} : float32[]
      %13 = reshape(%12) {shape: [1, 1]} : float32[1, 1]
      %14 = full() {shape: [], value: 0.0625, dtype: float32} : float32[]
      %15 = mul(%13, %14) : float32[1, 1]
      %16 = broadcastTo(%15) {shape: [16, 1]} : float32[16, 1]
      %17 = mul(%16, %9) : float32[16, 1]
      %18 = add(%17, %17) : float32[16, 1]
      %19 = matmul(%18, %2) {transposeB, scale: 1} : float32[16, 8]
      %20 = square(%7) : float32[16, 8]
      %21 = sub(%12, %20) : float32[16, 8]
      %22 = mul(%19, %21) : float32[16, 8]
      %23 = matmul(%3, %22) {transposeA, scale: 1} : float32[4, 8]
      %24 = sum(%22) {axes: [0]} : float32[8]
      %25 = matmul(%7, %18) {transposeA, scale: 1} : float32[8, 1]
      return [0] = %11
      return [1].hidden.weights = %23
      return [1].hidden.bias = %24
      return [1].output = %25"
    `);
  });
});
