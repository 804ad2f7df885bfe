import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConsistency, checkInclusion } from '../../../electron/audit/merkle/check-proof.ts';
import { emptyRoot, leafHash, nodeHash, type Hash } from '../../../electron/audit/merkle/hash.ts';
import { proveConsistency, proveInclusion } from '../../../electron/audit/merkle/prove.ts';
import { extendEdge, rootAt, rootFromEdge, type NodeReader } from '../../../electron/audit/merkle/root.ts';
import { completedBy, countNodes, rightEdge, split, type Place } from '../../../electron/audit/merkle/shape.ts';
import { becauseDataIsMissing } from '../../fixtures/because.ts';

const data = process.env['CLOISTER_DATA'] ?? join(import.meta.dirname, '../../../../shared/data');
const vectorFile = join(data, 'crypto/merkle_proofs.json');

interface Vector {
  readonly kind: 'inclusion' | 'consistency';
  readonly name: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
}

const bytes = (text: string | null): Hash => Buffer.from(text ?? '', 'base64');

function holds(vector: Vector): boolean {
  const proof = (vector.proof ?? []).map(bytes);
  return vector.kind === 'inclusion'
    ? checkInclusion({
        leaf: vector.leafIdx,
        size: vector.treeSize,
        leafHash: bytes(vector.leafHash),
        proof,
        root: bytes(vector.root),
      })
    : checkConsistency({
        older: vector.size1,
        newer: vector.size2,
        olderRoot: bytes(vector.root1),
        newerRoot: bytes(vector.root2),
        proof,
      });
}

/** RFC 6962, section 2.1, word for word: the definition that the stored nodes are held against. */
function definedRoot(leaves: readonly Buffer[]): Hash {
  if (leaves.length === 0) return emptyRoot;
  if (leaves.length === 1) return leafHash(leaves[0]!);
  const middle = split(leaves.length);
  return nodeHash(definedRoot(leaves.slice(0, middle)), definedRoot(leaves.slice(middle)));
}

const leavesOf = (count: number): Buffer[] => Array.from({ length: count }, (_, index) => Buffer.from(`leaf ${index}`));
const nameOf = ({ level, index }: Place): string => `${level}/${index}`;

function grow(leaves: readonly Buffer[]): { edge: Hash[]; node: NodeReader; count: number } {
  const nodes = new Map<string, Hash>();
  const edge: Hash[] = [];
  for (const [leaf, each] of leaves.entries())
    for (const { place, hash } of extendEdge(edge, leaf, leafHash(each))) nodes.set(nameOf(place), hash);
  return { edge, count: nodes.size, node: (place) => nodes.get(nameOf(place))! };
}

describe('the public vectors of transparency-dev/merkle', () => {
  const vectors = existsSync(vectorFile) ? (JSON.parse(readFileSync(vectorFile, 'utf8')) as Vector[]) : [];
  it.skipIf(vectors.length === 0)('judges each as its authors do', becauseDataIsMissing, () => {
    const wrong = vectors.filter((vector) => holds(vector) === vector.wantErr).map((vector) => vector.name);
    expect(wrong).toEqual([]);
    expect(vectors.some((vector) => vector.wantErr) && vectors.some((vector) => !vector.wantErr)).toBe(true);
  });
});

describe('the tree', () => {
  it('has the roots that RFC 6962 defines, at every size, from the nodes alone', () => {
    const leaves = leavesOf(130);
    const { node, edge, count } = grow(leaves);
    for (let size = 0; size <= leaves.length; size++)
      expect(rootAt(size, node)).toEqual(definedRoot(leaves.slice(0, size)));
    expect(rootFromEdge(edge)).toEqual(definedRoot(leaves));
    expect(count).toBe(countNodes(leaves.length));
  });

  it('keeps its arithmetic past 2³¹', () => {
    const size = 2 ** 40 + 2 ** 33 + 5;
    expect(rightEdge(size).map(({ level }) => level)).toEqual([40, 33, 2, 0]);
    expect(completedBy(2 ** 35 - 1)).toHaveLength(35);
    expect(split(2 ** 40 + 1)).toBe(2 ** 40);
  });

  it('proves every entry of every tree and nothing else', () => {
    const leaves = leavesOf(33);
    const { node } = grow(leaves);
    for (let size = 1; size <= leaves.length; size++) {
      const root = rootAt(size, node);
      for (let leaf = 0; leaf < size; leaf++) {
        const claim = { leaf, size, leafHash: leafHash(leaves[leaf]!), proof: proveInclusion(leaf, size, node), root };
        expect(checkInclusion(claim)).toBe(true);
        expect(checkInclusion({ ...claim, leafHash: leafHash(Buffer.from('forged')) })).toBe(false);
        expect(checkInclusion({ ...claim, proof: [...claim.proof, root] })).toBe(false);
        if (size > 1) expect(checkInclusion({ ...claim, leaf: (leaf + 1) % size })).toBe(false);
      }
    }
  });

  it('proves that each tree begins with each smaller one, and with no other', () => {
    const { node } = grow(leavesOf(40));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (a, b) => {
        const [older, newer] = [Math.min(a, b), Math.max(a, b)];
        const claim = { older, newer, olderRoot: rootAt(older, node), newerRoot: rootAt(newer, node) };
        const proof = proveConsistency(older, newer, node);
        expect(checkConsistency({ ...claim, proof })).toBe(true);
        expect(checkConsistency({ ...claim, proof, olderRoot: leafHash(Buffer.from('x')) })).toBe(false);
        if (older < newer) {
          const [first, ...rest] = proof;
          const changed = Buffer.from(first!);
          changed[0] = changed[0]! ^ 1;
          expect(checkConsistency({ ...claim, proof: [changed, ...rest] })).toBe(false);
          expect(checkConsistency({ ...claim, proof: rest })).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });
});
