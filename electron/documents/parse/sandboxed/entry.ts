import './quiet.ts';
import './no-network.ts';
import { answer } from './answer.ts';
import { lockRealm } from './lock-realm.ts';

lockRealm();
await answer();
