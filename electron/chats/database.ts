import type { Database } from 'better-sqlite3';
import type { AnswerMode, Citation, Conversation, ConversationSummary, Message } from '../../shared/contract/types.ts';
import { CloisterError } from '../../shared/errors.ts';

/** Tables of the talks, in `vault.db`. The full-text table lives in the same encrypted file. */
export const chatsMigrations = [
  {
    version: 1,
    name: 'conversations, messages and their full-text index',
    up(db: Database): void {
      db.exec(`
        CREATE TABLE conversations (
          id TEXT PRIMARY KEY, title TEXT NOT NULL, collection_id TEXT,
          created_at TEXT NOT NULL, updated_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE messages (
          row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
          conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
          role TEXT NOT NULL, text TEXT NOT NULL, mode TEXT NOT NULL, model TEXT, state TEXT NOT NULL, error_code TEXT,
          citations TEXT NOT NULL DEFAULT '[]', abstained INTEGER NOT NULL DEFAULT 0, dropped INTEGER NOT NULL DEFAULT 0,
          tokens INTEGER, milliseconds REAL, created_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX messages_by_conversation ON messages(conversation_id, row);
        CREATE INDEX conversations_by_time ON conversations(updated_at);
        CREATE VIRTUAL TABLE messages_text USING fts5(text, content='messages', content_rowid='row', tokenize='porter unicode61 remove_diacritics 2');
        CREATE TRIGGER messages_added AFTER INSERT ON messages BEGIN
          INSERT INTO messages_text(rowid, text) VALUES (new.row, new.text);
        END;
        CREATE TRIGGER messages_gone AFTER DELETE ON messages BEGIN
          INSERT INTO messages_text(messages_text, rowid, text) VALUES ('delete', old.row, old.text);
        END;
        CREATE TRIGGER messages_changed AFTER UPDATE OF text ON messages BEGIN
          INSERT INTO messages_text(messages_text, rowid, text) VALUES ('delete', old.row, old.text);
          INSERT INTO messages_text(rowid, text) VALUES (new.row, new.text);
        END;
      `);
    },
  },
  {
    version: 2,
    name: 'the model a person chose for an answer',
    up(db: Database): void {
      db.exec('ALTER TABLE messages ADD COLUMN chosen_model TEXT');
    },
  },
];

interface MessageRow {
  readonly id: string;
  readonly conversation_id: string;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly mode: AnswerMode;
  /** The one that wrote it. */
  readonly model: string | null;
  /** The one that was asked for; null: whichever fits. */
  readonly chosen_model: string | null;
  readonly state: Message['state'];
  readonly error_code: string | null;
  readonly citations: string;
  readonly abstained: number;
  readonly dropped: number;
  readonly tokens: number | null;
  readonly milliseconds: number | null;
  readonly created_at: string;
}

interface ConversationRow {
  readonly id: string;
  readonly title: string;
  readonly collection_id: string | null;
  readonly updated_at: string;
}

const messageOf = (row: MessageRow): Message => ({
  id: row.id,
  role: row.role,
  text: row.text,
  createdAt: row.created_at,
  mode: row.mode,
  model: row.model,
  state: row.state,
  errorCode: row.error_code,
  citations: JSON.parse(row.citations) as Citation[],
  abstained: row.abstained === 1,
  dropped: row.dropped,
  tokens: row.tokens,
  milliseconds: row.milliseconds,
});

/** Each word as a quoted prefix term, so that nothing a person types is ever read as query syntax. */
export function matchExpression(query: string): string | null {
  const words = query.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length === 0 ? null : words.map((word) => `"${word}"*`).join(' ');
}

const summaryColumns = `c.id, c.title, c.updated_at AS updatedAt,
  (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id) AS messages`;

export function createChatsOperations(db: Database) {
  const requireConversation = (id: string): ConversationRow => {
    const row = db.prepare('SELECT * FROM conversations WHERE id = ?').get(id) as ConversationRow | undefined;
    if (row === undefined) throw new CloisterError('not_found', 'This talk no longer exists.');
    return row;
  };
  const requireMessage = (id: string): MessageRow => {
    const row = db.prepare('SELECT * FROM messages WHERE id = ?').get(id) as MessageRow | undefined;
    if (row === undefined) throw new CloisterError('not_found', 'This message no longer exists.');
    return row;
  };
  const summary = (id: string): ConversationSummary =>
    db.prepare(`SELECT ${summaryColumns} FROM conversations c WHERE c.id = ?`).get(id) as ConversationSummary;
  const insertMessage = db.prepare(`
    INSERT INTO messages (id, conversation_id, role, text, mode, chosen_model, state, created_at)
    VALUES (@id, @conversationId, @role, @text, @mode, @chosenModel, @state, @createdAt)`);

  return {
    'chats.list': ({ query, limit }: { query: string | null; limit: number }): ConversationSummary[] => {
      const match = query === null ? null : matchExpression(query);
      if (query !== null && match === null) return [];
      if (match === null) {
        const all = db.prepare(
          `SELECT ${summaryColumns} FROM conversations c ORDER BY c.updated_at DESC, c.id LIMIT ?`,
        );
        return all.all(limit) as ConversationSummary[];
      }
      return db
        .prepare(
          `SELECT ${summaryColumns} FROM conversations c WHERE c.id IN (
             SELECT m.conversation_id FROM messages_text t JOIN messages m ON m.row = t.rowid WHERE messages_text MATCH ?)
           ORDER BY c.updated_at DESC, c.id LIMIT ?`,
        )
        .all(match, limit) as ConversationSummary[];
    },

    'chats.get': ({ id }: { id: string }): Conversation => {
      const row = requireConversation(id);
      const messages = db
        .prepare('SELECT * FROM messages WHERE conversation_id = ? ORDER BY row')
        .all(id) as MessageRow[];
      return {
        id: row.id,
        title: row.title,
        updatedAt: row.updated_at,
        collectionId: row.collection_id,
        messages: messages.map(messageOf),
      };
    },

    'chats.create': (input: {
      id: string;
      title: string;
      collectionId: string | null;
      at: string;
    }): ConversationSummary => {
      db.prepare(
        'INSERT INTO conversations (id, title, collection_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?)',
      ).run(input.id, input.title, input.collectionId, input.at, input.at);
      return summary(input.id);
    },

    'chats.rename': ({ id, title }: { id: string; title: string }): ConversationSummary => {
      requireConversation(id);
      db.prepare('UPDATE conversations SET title = ? WHERE id = ?').run(title, id);
      return summary(id);
    },

    'chats.delete': ({ id }: { id: string }): null => {
      requireConversation(id);
      db.prepare('DELETE FROM conversations WHERE id = ?').run(id);
      return null;
    },

    /** A question and the empty answer it waits for, in one transaction: a crash leaves both or neither. */
    'chats.addExchange': (input: {
      conversationId: string;
      collectionId: string | null;
      question: { id: string; text: string };
      answer: { id: string };
      mode: AnswerMode;
      /** Null: whichever fits. */
      model: string | null;
      at: string;
    }): { question: Message; answer: Message } =>
      db.transaction(() => {
        requireConversation(input.conversationId);
        const common = {
          conversationId: input.conversationId,
          mode: input.mode,
          chosenModel: input.model,
          createdAt: input.at,
        };
        insertMessage.run({
          ...common,
          id: input.question.id,
          role: 'user',
          text: input.question.text,
          state: 'complete',
        });
        insertMessage.run({ ...common, id: input.answer.id, role: 'assistant', text: '', state: 'streaming' });
        db.prepare('UPDATE conversations SET updated_at = ?, collection_id = ? WHERE id = ?').run(
          input.at,
          input.collectionId,
          input.conversationId,
        );
        return {
          question: messageOf(requireMessage(input.question.id)),
          answer: messageOf(requireMessage(input.answer.id)),
        };
      })(),

    /** Marks an answer to be written again. The old words stay until new ones are saved: a failed retry loses nothing. */
    'chats.restart': ({ messageId, model }: { messageId: string; model: string | null }) =>
      db.transaction(() => {
        const answer = requireMessage(messageId);
        if (answer.role !== 'assistant') throw new CloisterError('not_found', 'Only an answer can be retried.');
        db.prepare(
          `UPDATE messages SET state = 'streaming', error_code = NULL, chosen_model = COALESCE(?, chosen_model) WHERE id = ?`,
        ).run(model, messageId);
        const conversation = requireConversation(answer.conversation_id);
        const earlier = db
          .prepare(
            `SELECT * FROM messages WHERE conversation_id = ?
               AND row < (SELECT row FROM messages WHERE id = ?) ORDER BY row`,
          )
          .all(answer.conversation_id, messageId) as MessageRow[];
        return {
          conversationId: conversation.id,
          collectionId: conversation.collection_id,
          chosenModel: model ?? answer.chosen_model,
          answer: messageOf(requireMessage(messageId)),
          earlier: earlier.map(messageOf),
        };
      })(),

    'chats.saveAnswer': (input: {
      messageId: string;
      text: string;
      state: Message['state'];
      errorCode: string | null;
      model: string | null;
      citations: readonly Citation[];
      abstained: boolean;
      dropped: number;
      tokens: number | null;
      milliseconds: number | null;
    }): Message | null => {
      if (input.text === '' && input.state !== 'complete') {
        const marked = db
          .prepare(
            `UPDATE messages SET state = ?, error_code = ?, model = CASE WHEN text = '' THEN COALESCE(?, model) ELSE model END
             WHERE id = ?`,
          )
          .run(input.state, input.errorCode, input.model, input.messageId);
        return marked.changes === 0 ? null : messageOf(requireMessage(input.messageId));
      }
      const changed = db
        .prepare(
          `UPDATE messages SET text = @text, state = @state, error_code = @errorCode, model = @model, citations = @citations,
             abstained = @abstained, dropped = @dropped, tokens = @tokens, milliseconds = @milliseconds WHERE id = @messageId`,
        )
        .run({ ...input, citations: JSON.stringify(input.citations), abstained: input.abstained ? 1 : 0 });
      // The talk may have been deleted while the answer ran.
      return changed.changes === 0 ? null : messageOf(requireMessage(input.messageId));
    },

    /** Answers that were running when the process ended. Called once after each unlock. */
    'chats.markInterrupted': (_input: Record<string, never>): number =>
      db
        .prepare(`UPDATE messages SET state = 'interrupted', error_code = 'engine_stopped' WHERE state = 'streaming'`)
        .run().changes,
  };
}

export type ChatsOperations = ReturnType<typeof createChatsOperations>;
