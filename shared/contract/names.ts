import type { EventName, Method } from './index.ts';

/**
 * The names alone, without the schemas: the preload needs nothing else, and zod would make it forty times as large.
 * Written as total records, so that a method without a name here is a compile error.
 */
const methods: Readonly<Record<Method, true>> = {
  'vault.status': true,
  'vault.create': true,
  'vault.unlock': true,
  'vault.lock': true,
  'app.status': true,
  'app.doctor': true,
  'engine.start': true,
  'engine.stop': true,
  'engine.trust': true,
  'egress.attempts': true,
  'app.active': true,
  'settings.get': true,
  'settings.set': true,
  'collections.list': true,
  'collections.create': true,
  'collections.delete': true,
  'documents.list': true,
  'documents.choose': true,
  'documents.upload': true,
  'documents.addSamples': true,
  'documents.rescan': true,
  'documents.cancel': true,
  'documents.remove': true,
  'search.query': true,
  'viewer.open': true,
  'viewer.bytes': true,
  'viewer.page': true,
  'viewer.locate': true,
  'chats.list': true,
  'chats.get': true,
  'chats.rename': true,
  'chats.delete': true,
  'chats.send': true,
  'chats.retry': true,
  'chats.stop': true,
  'models.list': true,
  'models.rules': true,
  'models.recommend': true,
  'models.passport': true,
  'models.approve': true,
  'models.block': true,
  'models.remove': true,
  'models.rollback': true,
  'models.verify': true,
  'models.pull': true,
  'models.import': true,
  'models.upload': true,
  'models.downloads': true,
  'models.pause': true,
  'models.resume': true,
  'models.cancel': true,
  'models.fit': true,
  'audit.list': true,
  'audit.verify': true,
};

const events: Readonly<Record<EventName, true>> = {
  'app.changed': true,
  'documents.progress': true,
  'models.verifying': true,
  'chats.progress': true,
  'models.progress': true,
};

export const methodNames = Object.keys(methods) as readonly Method[];
export const eventNames = Object.keys(events) as readonly EventName[];
