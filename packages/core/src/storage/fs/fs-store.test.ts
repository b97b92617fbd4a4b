import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { collect } from '../../testing/collect.js'
import { objectStoreConformance } from '../object-store.conformance.js'
import { fsError, linkError } from './fs-errors.js'
import { openFsStore } from './fs-store.js'

const one = Buffer.from('one')
const source = fileURLToPath(new URL('../..', import.meta.url))

let folder: string
let root: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fs-store-'))
  root = join(folder, 'new', 'vault')
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

objectStoreConformance('the file store', () => openFsStore(root))

describe('the file store', () => {
  it('gives only its owner access, whatever the umask', async () => {
    for (const umask of [0o000, 0o077, 0o277]) {
      const path = join(root, String(umask))
      const before = process.umask(umask)
      try {
        await openFsStore(path).putIfAbsent('a/b', one)
      } finally {
        process.umask(before)
      }
      for (const made of [root, path, join(path, 'a'), join(path, 'tmp')]) {
        expect(((await stat(made)).mode & 0o777).toString(8), made).toBe('700')
      }
      expect(((await stat(join(path, 'a/b'))).mode & 0o777).toString(8)).toBe('600')
    }
  })

  it('leaves the mode of a folder that was there', async () => {
    await mkdir(root, { recursive: true })
    await chmod(root, 0o750)
    await openFsStore(root).putIfAbsent('a', one)
    expect((await stat(root)).mode & 0o777).toBe(0o750)
  })

  it('makes nothing before the first put', async () => {
    const store = openFsStore(root)
    await store.get('a')
    await store.head('a')
    await store.delete('a')
    await collect(store.list(''))
    expect(await readdir(folder)).toEqual([])
  })

  it('leaves no temporary file, whether a put stores, finds or fails', async () => {
    const store = openFsStore(root)
    await store.putIfAbsent('a', one)
    await store.putIfAbsent('a', one)
    await Promise.all([store.putIfAbsent('b', one), store.putIfAbsent('b', one)])
    await expect(store.putIfAbsent('a/b', one)).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      value: 'a/b',
    })
    await expect(store.putIfAbsent('x'.repeat(300), one)).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    expect(await readdir(join(root, 'tmp'))).toEqual([])
    expect((await stat(join(root, 'a'))).nlink).toBe(1)
  })

  it('says that the disk is full, and leaves nothing of what did not fit', async () => {
    const store = openFsStore(root)
    await store.putIfAbsent('a', one)
    const handle = await open(join(root, 'a'))
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' })
    vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'sync').mockRejectedValueOnce(full)
    await handle.close()

    const put = store.putIfAbsent('b', one)
    await expect(put).rejects.toMatchObject({ code: 'STORAGE_FULL', value: 'b', cause: full })
    expect(await readdir(join(root, 'tmp'))).toEqual([])
    expect(await store.head('b')).toBeUndefined()
    expect(await store.putIfAbsent('b', one)).toBe('stored')
  })

  it.each(['a file', 'something below a file'])('says that %s is no place for a vault', async (what) => {
    const file = join(folder, 'file')
    await writeFile(file, 'somebody’s')
    const store = openFsStore(what === 'a file' ? file : join(file, 'below', 'vault'))
    const refusal = {
      code: 'STORAGE_UNSUPPORTED',
      value: file,
      message: expect.stringContaining('not a folder') as string,
    }
    await expect(store.get('vault.json')).rejects.toMatchObject(refusal)
    await expect(store.putIfAbsent('vault.json', one)).rejects.toMatchObject(refusal)
    expect(await readFile(file, 'utf8')).toBe('somebody’s')
  })

  it('takes neither folders nor links for objects, and stores nothing in their place', async () => {
    const store = openFsStore(root)
    await store.putIfAbsent('real/object', one)
    await symlink(join(root, 'real/object'), join(root, 'file-link'))
    await symlink(join(root, 'real'), join(root, 'folder-link'))
    await symlink(join(root, 'nowhere'), join(root, 'dead-link'))

    expect((await collect(store.list(''))).map((info) => info.key)).toEqual(['real/object'])
    expect(await collect(store.list('folder-link/'))).toEqual([])
    for (const key of ['file-link', 'dead-link', 'real']) {
      expect(await store.get(key)).toBeUndefined()
      expect(await store.head(key)).toBeUndefined()
      expect(await store.delete(key)).toBe(false)
      await expect(store.putIfAbsent(key, one)).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    }
  })

  it('passes over files whose names no object can have', async () => {
    const store = openFsStore(root)
    await store.putIfAbsent('a', one)
    for (const name of ['a b', 'ä', 'a~', 'tmp/left-behind']) await writeFile(join(root, name), 'x')
    expect((await collect(store.list(''))).map((info) => info.key)).toEqual(['a'])
    expect((await collect(store.list('t'))).map((info) => info.key)).toEqual([])
  })

  it('goes on when its folder was removed and is wanted again', async () => {
    const store = openFsStore(root)
    await store.putIfAbsent('a/b', one)
    await rm(root, { recursive: true })
    await store.putIfAbsent('a/b', one).catch(() => undefined)
    expect(await store.putIfAbsent('a/c', one)).toBe('stored')
  })

  it('can be reached through a link to its folder, and names itself by a URL', async () => {
    await openFsStore(root).putIfAbsent('a', one)
    const path = join(folder, 'a link')
    await symlink(root, path)
    const store = openFsStore(path)
    expect(await store.putIfAbsent('a', one)).toBe('exists')
    expect(await store.putIfAbsent('b', one)).toBe('stored')
    expect(await collect(store.list(''))).toHaveLength(2)
    expect(store.url).toBe(pathToFileURL(path).href)
  })
})

describe('the file store, from several processes', () => {
  let modules: string
  beforeEach(async () => {
    modules = join(folder, 'modules')
    await compileStore(modules)
  })

  it('shows nothing of an object whose writer is killed before it is linked', async () => {
    const killed = await runProcess(
      modules,
      `import fs from 'node:fs/promises'
       import { syncBuiltinESMExports } from 'node:module'
       fs.link = () => process.kill(process.pid, 'SIGKILL')
       syncBuiltinESMExports()
       await openFsStore(process.argv[2]).putIfAbsent('a/b', Buffer.alloc(1_000_000))`,
      [root],
    )
    expect(killed.signal).toBe('SIGKILL')
    const store = openFsStore(root)
    expect(await readdir(join(root, 'tmp'))).toHaveLength(1)
    expect(await collect(store.list(''))).toEqual([])
    expect(await store.get('a/b')).toBeUndefined()
    expect(await store.putIfAbsent('a/b', one)).toBe('stored')
    expect(await store.get('a/b')).toEqual(one)
  })

  it('lets exactly one process win each key', async () => {
    const script = `
      const [root, name] = process.argv.slice(2)
      const store = openFsStore(root)
      const won = []
      for (let n = 0; n < 50; n++) {
        if ((await store.putIfAbsent('keys/' + n, Buffer.from(name))) === 'stored') won.push(n)
      }
      console.log(JSON.stringify(won))`
    const names = ['first', 'second', 'third']
    const runs = await Promise.all(names.map((name) => runProcess(modules, script, [root, name])))
    const won = runs.map((run) => JSON.parse(run.output) as number[])
    expect(won.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n))

    const store = openFsStore(root)
    for (const [index, name] of names.entries()) {
      for (const n of won[index]!) expect(String(await store.get(`keys/${n}`))).toBe(name)
    }
  })
})

describe('what the system says', () => {
  const error = (code: string): Error => Object.assign(new Error(code), { code })

  it.each([
    ['ENOSPC', 'STORAGE_FULL'],
    ['EDQUOT', 'STORAGE_FULL'],
    ['EACCES', 'ACCESS_DENIED'],
    ['EPERM', 'ACCESS_DENIED'],
    ['EROFS', 'ACCESS_DENIED'],
    ['EIO', 'STORAGE_FAILED'],
    ['ENAMETOOLONG', 'STORAGE_FAILED'],
  ])('%s means %s', (system, code) => {
    const cause = error(system)
    const found = fsError(cause, 'store', 'a/b', '/vault')
    expect(found).toMatchObject({ code, value: 'a/b', cause })
    expect(found.hint).toContain('/vault')
  })

  it.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP'])('%s from link means that there are no hard links', (system) => {
    expect(linkError(error(system), 'a/b', '/vault')).toMatchObject({
      code: 'STORAGE_UNSUPPORTED',
      message: expect.stringContaining('the file system has no hard links') as string,
      value: 'a/b',
    })
  })

  it('otherwise means the same from link', () => {
    expect(linkError(error('ENOSPC'), 'a', '/vault').code).toBe('STORAGE_FULL')
    expect(linkError(error('EACCES'), 'a', '/vault').code).toBe('ACCESS_DENIED')
  })
})

/** Puts the store's modules where a process without a TypeScript compiler can import them. */
async function compileStore(target: string): Promise<void> {
  const files = ['model/canonical', 'model/errors', 'storage/object-key', 'storage/fs/fs-store']
  files.push(...['errors', 'folders', 'list'].map((name) => `storage/fs/fs-${name}`))
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 }
  for (const file of files) {
    const text = ts.transpile(await readFile(join(source, `${file}.ts`), 'utf8'), options)
    await mkdir(dirname(join(target, file)), { recursive: true })
    await writeFile(join(target, `${file}.js`), text)
  }
  await writeFile(join(target, 'package.json'), '{"type":"module"}')
}

interface Ended {
  output: string
  signal: string | undefined
}

async function runProcess(modules: string, script: string, args: string[]): Promise<Ended> {
  const file = join(modules, `${randomUUID()}.js`)
  await writeFile(file, `import { openFsStore } from './storage/fs/fs-store.js'\n${script}`)
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file, ...args])
    return { output: stdout, signal: undefined }
  } catch (error) {
    if (error instanceof Error && 'signal' in error && typeof error.signal === 'string') {
      return { output: '', signal: error.signal }
    }
    throw error
  }
}
