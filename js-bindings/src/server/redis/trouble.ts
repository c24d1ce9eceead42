// Whether a Redis keeps what it is given, by its own account of itself. Pure.

const oldest = [6, 2] as const;

/** Why it must not be a log, in words; null where it may. `info`: what its command INFO answers. */
export function troubleWith(info: string): string | null {
  const read = (name: string): string =>
    new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const version = read('redis_version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    return `this Redis is ${version || 'of an unknown version'}: ${oldest.join('.')} or newer is needed`;
  }
  const policy = read('maxmemory_policy');
  if (Number(read('maxmemory')) > 0 && policy !== 'noeviction') {
    return `this Redis evicts what it was given when its memory is full (maxmemory-policy ${policy}): set noeviction`;
  }
  return null;
}

export const isLoading = (info: string): boolean => /^loading:1\r?$/m.test(info);
