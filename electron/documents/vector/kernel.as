// The two scans of the vector index, in WebAssembly SIMD. AssemblyScript; built by `scripts/build-kernel.ts`.
// Rows are padded with zeros to whole 128-bit lanes. All places are byte offsets into the imported memory.

/**
 * Estimates the inner product of a 4-bit query with one-bit codes. The query comes as four bit planes, so that
 *   sum over set bits of q = step * (1*|c&p0| + 2*|c&p1| + 4*|c&p2| + 8*|c&p3|) + low * |c|.
 * The last term is the correction by the row's own popcount: without it recall@10 falls from .976 to .606.
 */
export function scanCodes(codes: usize, count: i32, lanes: i32, planes: usize, step: f32, low: f32, scores: usize): void {
  const width = <usize>lanes << 4;
  for (let row = 0; row < count; row++) {
    let weighted = i16x8.splat(0);
    let ones = i16x8.splat(0);
    for (let lane: usize = 0; lane < width; lane += 16) {
      const code = v128.load(codes + lane);
      const p0 = i8x16.popcnt(v128.and(code, v128.load(planes + lane)));
      const p1 = i8x16.popcnt(v128.and(code, v128.load(planes + width + lane)));
      const p2 = i8x16.popcnt(v128.and(code, v128.load(planes + 2 * width + lane)));
      const p3 = i8x16.popcnt(v128.and(code, v128.load(planes + 3 * width + lane)));
      // At most 8 * (1 + 2 + 4 + 8) = 120 a byte.
      const sum = i8x16.add(
        i8x16.add(p0, i8x16.add(p1, p1)),
        i8x16.add(i8x16.shl(p2, 2), i8x16.shl(p3, 3)),
      );
      weighted = i16x8.add(weighted, i16x8.extadd_pairwise_i8x16_u(sum));
      ones = i16x8.add(ones, i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(code)));
    }
    store<f32>(scores + (<usize>row << 2), step * <f32>addUp(weighted) + low * <f32>addUp(ones));
    codes += width;
  }
}

/** Inner products of an int8 query with int8 rows, times each row's scale. */
export function scanBytes(rows: usize, scales: usize, count: i32, lanes: i32, query: usize, scores: usize): void {
  const width = <usize>lanes << 4;
  for (let row = 0; row < count; row++) {
    let sum = i32x4.splat(0);
    for (let lane: usize = 0; lane < width; lane += 16) {
      const a = v128.load(rows + lane);
      const b = v128.load(query + lane);
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(i16x8.extmul_low_i8x16_s(a, b)));
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(i16x8.extmul_high_i8x16_s(a, b)));
    }
    const total = i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
    store<f32>(scores + (<usize>row << 2), <f32>total * load<f32>(scales + (<usize>row << 2)));
    rows += width;
  }
}

// @ts-ignore: decorator
@inline
function addUp(v: v128): i32 {
  const pairs = i32x4.extadd_pairwise_i16x8_u(v);
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1) + i32x4.extract_lane(pairs, 2) + i32x4.extract_lane(pairs, 3);
}
