export { createVault, type VaultOptions } from './vault.ts';
export { chooseKeySource } from './create.ts';
export { deriveBeside } from './key-beside.ts';
export { scopeKeychain } from './keychain/accounts.ts';
export { createMemoryKeychain } from './keychain/memory.ts';
export { createSystemKeychain, keychainService, type SystemKeychainOptions } from './keychain/system.ts';
export { acquireProfileLock, type ProfileLock } from './profile/lock.ts';
