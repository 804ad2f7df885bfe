import './quiet.ts';
import './no-network.ts';
import { answer } from './answer.ts';

await answer();
