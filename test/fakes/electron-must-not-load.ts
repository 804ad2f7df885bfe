throw new Error('Electron was imported outside Electron. Only host/electron, main.ts and preload.ts may import it.');
