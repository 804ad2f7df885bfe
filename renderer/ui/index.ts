export { announce, Announcer } from './announcer.tsx';
export { Button, IconButton } from './button.tsx';
export { AskName, Confirm } from './confirm.tsx';
export { CopyButton } from './copy-button.tsx';
export { FailureCode, FailureNotice, Notice } from './notice.tsx';
export { Badge, Empty, Facts, Hash, Kbd, Progress, Skeleton, Skeletons, type Tone } from './parts.tsx';
export { clearToasts, tell, tellFailure, Toasts } from './toasts.tsx';
