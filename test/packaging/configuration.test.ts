import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { readYaml } from './artefacts.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const json = (path: string): Record<string, unknown> => JSON.parse(read(path)) as Record<string, unknown>;

interface Target {
  readonly target: string;
  readonly arch: readonly string[];
}
interface System {
  readonly target: readonly Target[];
  readonly icon: string;
  readonly forceCodeSigning?: boolean;
  readonly extraResources: readonly { readonly from: string; readonly to: string }[];
}
interface Configuration extends Record<string, unknown> {
  readonly linux: System & { readonly executableName: string };
  readonly mac: System & Record<string, unknown>;
  readonly win: System;
  readonly files: readonly string[];
}

const configuration = readYaml(read('electron-builder.yml')) as Configuration;

describe('electron-builder.yml', () => {
  it('is valid against the schema of the installed electron-builder', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(
      json('node_modules/app-builder-lib/scheme.json'),
    );
    expect(validate(configuration), JSON.stringify(validate.errors, null, 1)).toBe(true);
  });

  it('builds deb, rpm, AppImage, dmg, pkg, nsis and msi', () => {
    const targets = [configuration.linux, configuration.mac, configuration.win].flatMap(({ target }) =>
      target.map(({ target: name }) => name),
    );
    expect(targets).toEqual(['deb', 'rpm', 'AppImage', 'dmg', 'pkg', 'nsis', 'msi']);
  });

  it('sets every fuse that it knows, to the safe side', () => {
    const scheme = json('node_modules/app-builder-lib/scheme.json') as {
      definitions: { FuseOptionsV1: { properties: object } };
    };
    const known = Object.keys(scheme.definitions.FuseOptionsV1.properties).filter(
      (name) => name !== 'resetAdHocDarwinSignature',
    );
    const fuses = configuration['electronFuses'] as Record<string, boolean>;
    expect(Object.keys(fuses).sort()).toEqual(known.sort());
    expect(fuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it('compiles nothing, publishes nowhere, and does not let an AppImage switch the sandbox off by default', () => {
    expect(configuration).toMatchObject({
      npmRebuild: false,
      publish: null,
      asar: true,
      toolsets: { appimage: '1.0.3' },
    });
    expect(configuration).not.toHaveProperty('disableAsarIntegrity');
    expect(JSON.stringify(configuration)).not.toMatch(/no-sandbox|https?:\/\//);
  });

  it('installs for the whole machine, where only an administrator may change the files', () => {
    expect(configuration).toMatchObject({
      nsis: {
        perMachine: true,
        oneClick: false,
        allowToChangeInstallationDirectory: false,
        deleteAppDataOnUninstall: false,
        runAfterFinish: false,
      },
      msi: { perMachine: true, runAfterFinish: false, upgradeCode: '{8F4C1B7E-52D3-4B0A-9C57-3E1D6A90B2F4}' },
      pkg: { allowAnywhere: false, allowCurrentUserHome: false, isRelocatable: false },
    });
  });

  it('signs on macOS and Windows, with the hardened runtime and no more than machine code written at run time', () => {
    expect(configuration.mac).toMatchObject({
      hardenedRuntime: true,
      notarize: true,
      forceCodeSigning: true,
      minimumSystemVersion: '13.0',
    });
    expect(configuration.win.forceCodeSigning).toBe(true);
    for (const name of ['entitlements', 'entitlementsInherit']) {
      const keys = [...read(String(configuration.mac[name])).matchAll(/<key>(.*?)<\/key>/g)].map(([, key]) => key);
      expect(keys).toEqual(['com.apple.security.cs.allow-jit']);
    }
  });

  it.each(['linux', 'mac', 'win'] as const)('%s: has its icon, its Node and its command line', (system) => {
    const { icon, extraResources } = configuration[system];
    const png = readFileSync(join(root, 'resources', icon));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1024, 1024]);
    expect(extraResources.some(({ to }) => /^node\/bin\/node(\.exe)?$/.test(to))).toBe(true);
    const launcher = join(root, 'resources', system, system === 'win' ? 'cloister.cmd' : 'cloister');
    expect(readFileSync(launcher, 'utf8').replaceAll('\\', '/')).toMatch(
      /node\/bin\/node.*app\.asar\.unpacked\/dist\/cli\.js/,
    );
    if (system !== 'win') expect(statSync(launcher).mode & 0o111).toBe(0o111);
  });

  it('names the installed program as the launchers do', () => {
    expect(read('resources/linux/cloister')).toContain(`/opt/Cloister\n`);
    expect(read('resources/linux/cloister')).toContain(`$home/${configuration.linux.executableName}"`);
    expect(existsSync(join(root, 'resources/mac/pkg-scripts/postinstall'))).toBe(true);
  });
});
