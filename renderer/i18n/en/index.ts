import { chats } from './chats.ts';
import { documents, search, viewer } from './documents.ts';
import { downloads } from './downloads.ts';
import { models } from './models.ts';
import { passports } from './passports.ts';
import { programs } from './programs.ts';
import { record } from './record.ts';
import { refusal } from './refusal.ts';
import { rules } from './rules.ts';
import { settings } from './settings.ts';
import { shell } from './shell.ts';
import { trials } from './trials.ts';
import { guide, vault } from './vault.ts';

export const en = {
  ...shell,
  vault,
  guide,
  chats,
  documents,
  viewer,
  search,
  models,
  downloads,
  passports,
  trials,
  programs,
  record,
  refusal,
  rules,
  settings,
} as const;
