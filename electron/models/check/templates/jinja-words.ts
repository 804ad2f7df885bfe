/** What a chat template needs. Everything else is refused: a template is code that a stranger wrote. */
export const statements: ReadonlySet<string> = new Set([
  'if', 'elif', 'else', 'endif', 'for', 'endfor', 'set', 'endset', 'macro', 'endmacro', 'call', 'endcall', 'filter',
  'endfilter', 'with', 'endwith', 'generation', 'endgeneration', 'break', 'continue', 'raw', 'endraw', 'do',
]); // prettier-ignore

export const opens: Readonly<Record<string, string>> = {
  if: 'endif',
  for: 'endfor',
  macro: 'endmacro',
  call: 'endcall',
  filter: 'endfilter',
  with: 'endwith',
  generation: 'endgeneration',
};

export const imports: ReadonlySet<string> = new Set(['include', 'import', 'from', 'extends', 'block', 'endblock']);

/** Globals that Hugging Face's and llama.cpp's engines give to a chat template. */
export const functions: ReadonlySet<string> = new Set([
  'range', 'namespace', 'raise_exception', 'strftime_now', 'dict', 'caller', 'loop', 'tojson', 'super_tojson',
]); // prettier-ignore

export const keywords: ReadonlySet<string> = new Set([
  'if', 'elif', 'else', 'in', 'not', 'and', 'or', 'is', 'set', 'for', 'call', 'filter', 'macro', 'recursive', 'with', 'do',
]); // prettier-ignore

/** Jinja's own filters but `attr`, which reads attributes past the syntax, and `xmlattr`. */
export const filters: ReadonlySet<string> = new Set([
  'abs', 'batch', 'capitalize', 'center', 'count', 'd', 'default', 'dictsort', 'e', 'escape', 'filesizeformat', 'first',
  'float', 'forceescape', 'format', 'from_json', 'fromjson', 'groupby', 'indent', 'int', 'items', 'join', 'keys', 'last',
  'length', 'list', 'lower', 'lstrip', 'map', 'max', 'min', 'pprint', 'random', 'reject', 'rejectattr', 'replace', 'reverse',
  'round', 'rstrip', 'safe', 'select', 'selectattr', 'slice', 'sort', 'startswith', 'string', 'strip', 'striptags', 'sum', 'title',
  'tojson', 'trim', 'truncate', 'unique', 'upper', 'urlencode', 'values', 'wordcount', 'wordwrap', 'split', 'endswith',
]); // prettier-ignore

/** Names through which the published escapes from Jinja's sandbox begin (jinja2.sandbox, and `lipsum`, `cycler`, `joiner`). */
export const outside: ReadonlySet<string> = new Set([
  'self', 'request', 'config', 'url_for', 'get_flashed_messages', 'cycler', 'joiner', 'lipsum', 'open', 'eval', 'exec',
  'compile', 'globals', 'locals', 'vars', 'getattr', 'setattr', 'delattr', 'os', 'sys', 'subprocess', 'builtins', 'importlib', 'popen',
]); // prettier-ignore

/** Attributes that jinja2.sandbox calls unsafe; those with underscores are refused by their shape. */
export const attributes: ReadonlySet<string> = new Set([
  'mro', 'func_closure', 'func_code', 'func_dict', 'func_defaults', 'func_globals', 'im_class', 'im_func', 'im_self',
  'gi_frame', 'gi_code', 'gi_yieldfrom', 'cr_frame', 'cr_code', 'cr_await', 'ag_frame', 'ag_code', 'f_globals', 'f_locals',
  'f_builtins', 'f_back', 'f_code', 'tb_frame', 'tb_next', 'co_code', 'format_map',
]); // prettier-ignore
